"""Workspaces at work that are cut off at random instants, and what is found of them afterwards."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shockplan.audit import faults_of
from shockplan.document import Document, with_content
from shockplan.problems import InputError
from shockplan.workspace import Workspace, connection, open_workspace
from shockplan.workspace.salvage import salvage
from tests.core.fault_disk import Disk

SECRET = "a made-up secret"
EDITS = 4
DISK = Disk()


@dataclass
class Report:
    """Instants tried, edits acknowledged in all, acknowledged edits lost, files that did not open."""

    kind: str
    instants: int = 0
    acknowledged: int = 0
    lost: int = 0
    unopened: int = 0
    torn: int = 0  # copies that gave back every input, but of the decisions an older state or none

    def __str__(self) -> str:
        torn = f", {self.torn} copies with older decisions or none" if self.torn else ""
        return (
            f"{self.kind}: {self.instants} instants, {self.acknowledged} edits kept, {self.lost} lost,"
            f" {self.unopened} files that did not open{torn}"
        )


def edit(document: Document, number: int) -> Document:
    content = f"household_id,reason\nHH-{number},made up\n".encode()
    return with_content(document, "removals", content)


def number_of(document: Document) -> int:
    """The last edit that a document has, 0 none."""
    content = document.contents.get("removals", b"")
    return int(content.split(b"HH-")[1].split(b",")[0]) if b"HH-" in content else 0


@contextmanager
def failing_disk() -> Iterator[Disk]:
    """The disk of everything that is opened inside."""
    DISK.files.clear()
    DISK.deleted.clear()
    DISK.cut_at, DISK.room, DISK.off = None, None, False
    DISK.operations = 0
    connection.DISK = DISK.name
    try:
        yield DISK
    finally:
        connection.DISK = ""


def work(workspace: Workspace, edits: int = EDITS, first: int = 1) -> int:
    """Edit until something fails; the last edit that was acknowledged."""
    acknowledged = first - 1
    try:
        document = workspace.document()
    except InputError:  # the disk is gone
        return acknowledged
    for number in range(first, first + edits):
        document = edit(document, number)
        try:
            workspace.keep(document, "decided")
        except InputError:
            break
        acknowledged = number
    return acknowledged


def operations_of(path: Path, passphrase: str) -> tuple[int, int]:
    """(operations until the file is open, until all edits are done) of a run in which nothing fails."""
    with failing_disk() as disk:
        workspace = open_workspace(path, passphrase, write=True)
        opened = disk.operations
        work(workspace)
        workspace.close()
        return opened, disk.operations


def look_at(path: Path, passphrase: str, acknowledged: int, report: Report) -> None:
    """Open what is left, and count what is not there."""
    report.instants += 1
    report.acknowledged += acknowledged
    try:
        workspace = open_workspace(path, passphrase, write=True)
    except InputError:
        report.unopened += 1
        return
    try:
        there = number_of(workspace.document())
        entries = workspace.entries()
        whole = workspace.store.connection.pragma("integrity_check") == "ok"
        # the edit on its way when the power went may be there: it was not acknowledged, but it is whole
        fine = acknowledged <= there <= acknowledged + 1 and whole and not list(faults_of(entries))
        report.lost += 0 if fine else max(1, acknowledged - there)
        workspace.keep(edit(workspace.document(), 99), "decided")  # and work goes on
    except InputError:
        report.unopened += 1
    finally:
        workspace.close()


def power_cuts(path: Path, passphrase: str, instants: int, folder: Path, killed: bool, seed: int) -> Report:
    """The power goes (or only the program is killed) at random operations of the disk."""
    report = Report(f"{'kill' if killed else 'power loss'}, {'encrypted' if passphrase else 'plain'}")
    chance = random.Random(seed)
    opened, end = operations_of(path, passphrase)
    for _ in range(instants):
        after = fresh(folder)
        with failing_disk() as disk:
            workspace = open_workspace(path, passphrase, write=True)
            disk.cut_at = chance.randint(opened + 1, end)
            acknowledged = work(workspace)
            if killed:
                disk.after_kill(after)
            else:
                disk.after_power_cut(chance, after)
            workspace.close()
        look_at(after / path.name, passphrase, acknowledged, report)
    return report


def pulled_sticks(path: Path, passphrase: str, instants: int, folder: Path, seed: int) -> Report:
    """The stick is pulled between or during changes; what lies on it is looked at."""
    report = Report("stick pulled out")
    chance = random.Random(seed)
    opened, end = operations_of(path, passphrase)
    for _ in range(instants):
        after = fresh(folder)
        with failing_disk() as disk:
            workspace = open_workspace(path, passphrase, write=True)
            disk.cut_at = chance.randint(opened + 1, end)
            acknowledged = work(workspace)
            assert work(workspace, 2, acknowledged + 1) == acknowledged  # every later change is refused
            disk.after_power_cut(chance, after)
            workspace.close()
        look_at(after / path.name, passphrase, acknowledged, report)
    return report


def full_disks(path: Path, passphrase: str, instants: int, folder: Path, seed: int) -> Report:
    """Space ends at random; then some is made, and work goes on where it was."""
    report = Report("disk full")
    chance = random.Random(seed)
    for _ in range(instants):
        after = fresh(folder)
        with failing_disk() as disk:
            workspace = open_workspace(path, passphrase, write=True)
            disk.room = chance.randrange(0, 300_000)
            acknowledged = work(workspace)
            assert number_of(workspace.document()) == acknowledged
            disk.room = None
            acknowledged = work(workspace, 2, acknowledged + 1)
            disk.after_kill(after)
            workspace.close()
        look_at(after / path.name, passphrase, acknowledged, report)
    return report


def copies(path: Path, passphrase: str, instants: int, folder: Path, seed: int) -> Report:
    """The file is copied, piece by piece and without its journal, while it is changed.

    The original is never at risk. The copy is that of some moment: it gives back a state that was
    acknowledged, with every input; seldom it is torn so badly that the state is an older one, or none.
    """
    report = Report("copied while open")
    chance = random.Random(seed)
    for _ in range(instants):
        after = fresh(folder)
        with failing_disk() as disk:
            workspace = open_workspace(path, passphrase, write=True)
            before = work(workspace, chance.randint(1, 3))
            copier = Copier(disk, str(path), chance)
            disk.tick = copier.tick  # type: ignore[method-assign]
            acknowledged = work(workspace, 4, before + 1)
            del disk.tick
            workspace.close()
            (after / path.name).write_bytes(copier.finish())
        report.instants += 1
        report.acknowledged += before
        given_back = copied_state(after / path.name, passphrase, before, acknowledged)
        report.unopened += given_back == "nothing"
        report.torn += given_back in ("inputs", "older")
    return report


class Copier:
    """Copies a file in pieces, one at some of the operations of its disk."""

    def __init__(self, disk: Disk, name: str, chance: random.Random) -> None:
        self.disk, self.chance = disk, chance
        self.image, self.copied = disk.files[name], bytearray()

    def tick(self) -> None:
        Disk.tick(self.disk)
        if self.chance.random() < 0.3:
            self.piece()

    def piece(self) -> None:
        start = len(self.copied)
        self.copied += self.image.now[start : start + 16384]

    def finish(self) -> bytes:
        while len(self.copied) < len(self.image.now):
            self.piece()
        return bytes(self.copied)


def copied_state(path: Path, passphrase: str, before: int, acknowledged: int) -> str:
    """What a copy gives back: "all", an "older" state, the "inputs" alone, or "nothing" that is right."""
    try:
        found = salvage(path, path.parent / "whole", passphrase)
    except InputError:
        return "nothing"
    if found.lost:
        return "nothing"
    if found.document is None:
        return "inputs"
    there = number_of(found.document)
    return "all" if before - 1 <= there <= acknowledged else "older" if there < before else "nothing"


def killed_processes(path: Path, passphrase: str, instants: int, folder: Path, seed: int) -> Report:
    """kill -9 of real processes that edit real files, each a little later than the one before."""
    report = Report("kill -9 of a process")
    chance = random.Random(seed)
    script = [sys.executable, "-m", "tests.core.edit_until_killed"]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for _ in range(instants):
            after = fresh(folder) / path.name
            shutil.copyfile(path, after)
            wait = chance.uniform(0, 0.08)
            print(f"{after}\t{passphrase}\t{wait}", file=server.stdin, flush=True)
            look_at(after, passphrase, int(server.stdout.readline()), report)
        server.stdin.close()
    return report


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder / "after", ignore_errors=True)
    (folder / "after").mkdir(parents=True)
    return folder / "after"


KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
