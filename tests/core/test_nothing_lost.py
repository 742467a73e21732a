"""No acknowledged change is ever lost, whatever happens to the program, the machine or the disk."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shockplan import audit
from shockplan.audit import faults_of, turned_back
from shockplan.demo import write_demo
from shockplan.problems import InputError
from shockplan.workspace import open_workspace, save_plan, sealing
from tests.core import losses
from tests.core.losses import SECRET, Report, edit, number_of

Workload = Callable[[Path, str, int, Path, int], Report]

WORKLOADS: dict[str, Workload] = {
    "power": lambda path, secret, count, folder, seed: losses.power_cuts(
        path, secret, count, folder, False, seed
    ),
    "kill": lambda path, secret, count, folder, seed: losses.power_cuts(
        path, secret, count, folder, True, seed
    ),
    "full": losses.full_disks,
    "pulled": losses.pulled_sticks,
    "copied": losses.copies,
    "kill -9": losses.killed_processes,
}
QUICK = {"power": 12, "kill": 6, "full": 5, "pulled": 5, "copied": 6, "kill -9": 4}
FULL = {"power": 60, "kill": 30, "full": 20, "pulled": 25, "copied": 20, "kill -9": 25}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tiny plan as one file, plain ('') and encrypted."""
    before, sealing.KIB = sealing.KIB, 64
    folder = tmp_path_factory.mktemp("plan")
    plan = write_demo(folder, households=30)
    made = {}
    for secret in ("", SECRET):
        made[secret] = folder / f"plan{len(secret)}.shockplan"
        save_plan(plan, made[secret], secret)
    sealing.KIB = before
    return made


BOTH = pytest.mark.parametrize("secret", ["", SECRET], ids=["plain", "encrypted"])


def no_edit_is_lost(path: Path, secret: str, kind: str, instants: int, folder: Path, seed: int) -> None:
    if kind == "kill -9" and not hasattr(os, "fork"):
        pytest.skip("processes are forked only where the system can")
    report = WORKLOADS[kind](path, secret, instants, folder, seed)
    assert report.instants == instants
    assert report.acknowledged > 0
    assert (report.lost, report.unopened) == (0, 0), str(report)
    assert report.torn <= instants // 10, str(report)


@BOTH
@pytest.mark.parametrize("kind", WORKLOADS)
def test_no_acknowledged_edit_is_lost_and_the_file_opens(
    files: dict[str, Path], tmp_path: Path, kind: str, secret: str
) -> None:
    no_edit_is_lost(files[secret], secret, kind, QUICK[kind], tmp_path, 17)


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("kind", WORKLOADS)
def test_no_acknowledged_edit_is_lost_at_three_hundred_instants(
    files: dict[str, Path], tmp_path: Path, kind: str, secret: str
) -> None:
    assert 2 * sum(FULL.values()) >= 300
    no_edit_is_lost(files[secret], secret, kind, FULL[kind], tmp_path, 18)


def test_the_failing_disk_does_fail_files_that_are_not_synced(files: dict[str, Path], tmp_path: Path) -> None:
    """Without syncing the same edits are lost: the check can fail."""
    from shockplan.workspace import store

    hold = store.Store.hold
    lost = 0

    def careless(self: store.Store) -> bool:
        self.connection.pragma("synchronous", 0)
        return hold(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.Store, "hold", careless)
        report = losses.power_cuts(files[""], "", 15, tmp_path, False, 17)
        lost = report.lost + report.unopened
    assert lost > 0


def test_a_second_window_reads_what_is_kept_and_cannot_write(files: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "plan.shockplan"
    path.write_bytes(files[""].read_bytes())
    first, second = open_workspace(path, write=True), open_workspace(path, write=True)
    assert (first.writable, second.writable) == (True, False)
    first.keep(edit(first.document(), 1), "decided")
    assert number_of(second.document()) == 1
    with pytest.raises(InputError) as caught:
        second.require_writable()
    assert caught.value.problems[0].code == "workspace.in_use"
    first.close()
    third = open_workspace(path, write=True)
    assert third.writable
    third.close()
    second.close()


def test_a_read_only_medium_is_read_and_told(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.shockplan"
    path.write_bytes(files[""].read_bytes())
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK)
    workspace = open_workspace(path, write=True)
    assert not workspace.writable
    assert len(workspace.inputs().registry.households) > 0
    with pytest.raises(InputError) as caught:
        workspace.require_writable()
    assert caught.value.problems[0].code == "workspace.read_only"
    workspace.close()


def test_a_clock_that_is_set_back_breaks_nothing_and_is_seen(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shockplan.workspace import workspace as module

    path = tmp_path / "plan.shockplan"
    path.write_bytes(files[""].read_bytes())
    workspace = open_workspace(path, write=True)
    workspace.keep(edit(workspace.document(), 1), "decided")
    monkeypatch.setattr(module, "now_utc", lambda: "1999-01-01T00:00:00.000+00:00")
    workspace.keep(edit(workspace.document(), 2), "decided")
    assert number_of(workspace.document()) == 2
    assert list(faults_of(workspace.entries())) == []
    assert list(turned_back(workspace.entries())) == [len(workspace.entries())]
    workspace.close()
    assert audit.now_utc() > "2000"
