"""All outputs or none: what stands in the folder when writing goes well, fails or is cancelled."""

import errno
import json
import os
import re
from pathlib import Path

import pytest

from shockplan.outputs import papers, writing
from shockplan.outputs import staging as staging_room
from shockplan.outputs.manifest import Manifest, manifest_bytes, read_manifest
from shockplan.outputs.staging import MANIFEST, STAGING, open_folder, staging
from shockplan.outputs.writing import write_outputs
from shockplan.problems import InputError
from shockplan.progress import Cancelled
from shockplan.texts import problem_sentence
from tests.core.table_plan import draw_nothing, table_plan

root_only_skip = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere"
)


@pytest.fixture(autouse=True)
def quick_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDFs have tests of their own; here a few bytes stand for them."""

    def paper(plan, path, language, *rest):
        path.write_bytes(f"%PDF {plan.fingerprint} {language}".encode())

    for kind in ("plan", "list", "slip", "notice", "verify"):
        monkeypatch.setattr(papers, f"write_{kind}_pdf", paper)
    monkeypatch.setattr(papers, "write_labels_pdf", paper)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_every_output_is_there_and_listed_in_the_manifest(tmp_path: Path):
    plan = table_plan(40)
    written = write_outputs(plan, tmp_path / "out", draw_nothing)
    there = contents(tmp_path / "out")
    assert {path.relative_to(tmp_path / "out").as_posix() for path in written} == there.keys()
    assert written[-1].name == MANIFEST
    manifest = read_manifest(tmp_path / "out" / MANIFEST)
    assert {file.name for file in manifest.files} == there.keys() - {MANIFEST}
    district = "villages/LA1701/"
    assert {"plan.lo.pdf", "plan.en.pdf", "result.gpkg", district + "README.txt"} <= there.keys()
    assert {district + name for name in ("LA1701-R1.lo.pdf", "LA1701-R3.en.pdf", MANIFEST)} <= there.keys()
    assert not manifest.approved
    assert manifest.totals["committed_kip"] == plan.summary.committed_kip


def test_control_totals_of_the_lists_add_up_to_the_plan(tmp_path: Path):
    plan = table_plan(200)
    write_outputs(plan, tmp_path, draw_nothing)
    files = read_manifest(tmp_path / MANIFEST).files
    for pattern in (r"villages/.*\.csv", r"villages/.*-\d+\.xlsx", r"villages/.*/LA\d+-R\d\.lo\.pdf"):
        chosen = [file for file in files if re.fullmatch(pattern, file.name)]
        assert sum(file.kip for file in chosen) == plan.summary.committed_kip, pattern
        assert sum(file.lines for file in chosen) == int(
            plan.entitlements.rounds[plan.allocation.fund >= 0].sum()
        )
    checks = [file for file in files if file.name.endswith("-V.xlsx")]
    assert sum(file.lines for file in checks) == plan.summary.verify


def test_file_names_are_safe_on_every_system(tmp_path: Path):
    write_outputs(table_plan(30), tmp_path, draw_nothing)
    names = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert all(re.fullmatch(r"[A-Za-z0-9./_-]+", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_the_same_plan_gives_the_same_bytes_in_every_file(tmp_path: Path):
    for folder in ("one", "two"):
        write_outputs(table_plan(30), tmp_path / folder, draw_nothing)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_lists_of_an_earlier_run_are_removed_and_other_files_stay(tmp_path: Path):
    write_outputs(table_plan(40), tmp_path, draw_nothing)
    before = set(contents(tmp_path))
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "villages" / "mine.txt").write_text("mine too")
    write_outputs(table_plan(12), tmp_path, draw_nothing)
    after = contents(tmp_path)
    listed = {file.name for file in read_manifest(tmp_path / MANIFEST).files}
    assert set(after) == listed | {MANIFEST, "notes.txt", "villages/mine.txt"}
    assert before - set(after)
    assert all(any(folder.iterdir()) for folder in tmp_path.rglob("*") if folder.is_dir())


@pytest.mark.parametrize("stop_at", [0.0, 0.2, 0.3, 0.6, 0.96])
def test_cancelling_leaves_the_folder_as_it_was(tmp_path: Path, stop_at: float):
    write_outputs(table_plan(16), tmp_path, draw_nothing)
    before = contents(tmp_path)

    def cancel(share: float) -> None:
        if share >= stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_outputs(table_plan(24), tmp_path, draw_nothing, cancel)
    assert contents(tmp_path) == before
    assert not (tmp_path / STAGING).exists()


@pytest.mark.parametrize("maker", ["write_villages", "households_csv", "write_papers", "write_geopackage"])
def test_a_full_disk_midway_is_a_sentence_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: str
):
    write_outputs(table_plan(16), tmp_path, draw_nothing)
    before = contents(tmp_path)

    def full(*args: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, maker, full)
    with pytest.raises(InputError) as caught:
        write_outputs(table_plan(24), tmp_path, draw_nothing)
    assert caught.value.problems[0].code == "outputs.no_space"
    assert "MB free" in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert contents(tmp_path) == before


def test_a_full_disk_names_the_file_that_did_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError) as caught:
        write_outputs(table_plan(30), tmp_path / "out", draw_nothing)
    assert caught.value.problems[0].file == str(tmp_path / "out" / "plan.json")


def test_a_full_disk_leaves_no_empty_folder_where_there_was_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError):
        write_outputs(table_plan(30), tmp_path / "mine" / "flood" / "out", draw_nothing)
    assert list(tmp_path.rglob("*")) == [tmp_path / "mine"]


def test_a_fault_of_ours_midway_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(writing, "write_papers", broken)
    with pytest.raises(RuntimeError):
        write_outputs(table_plan(30), tmp_path / "out", draw_nothing)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("moves_done", [0, 1, 40, None])
def test_an_old_file_that_cannot_be_moved_takes_all_moves_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves_done: int | None
):
    write_outputs(table_plan(16), tmp_path, draw_nothing)
    before = contents(tmp_path)
    moved, real = [], Path.replace

    def replace(self: Path, target: Path) -> Path:
        last = target == tmp_path / MANIFEST
        if len(moved) == moves_done or (moves_done is None and last and "broken" not in moved):
            moved.append("broken")
            raise PermissionError(errno.EACCES, "open in another program", str(self))
        moved.append(target)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(InputError) as caught:
        write_outputs(table_plan(16, seed=4), tmp_path, draw_nothing)
    assert "broken" in moved
    assert caught.value.problems[0].code == "outputs.not_writable"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("moves_done", [0, 1, 5, 50])
def test_what_a_killed_run_left_is_taken_back_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves_done: int
):
    write_outputs(table_plan(16), tmp_path, draw_nothing)
    before = contents(tmp_path)
    count, real = 0, Path.replace

    class Killed(BaseException):
        pass

    def replace(self: Path, target: Path) -> Path:
        nonlocal count
        if count == moves_done:
            raise Killed
        count += 1
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        patch.setattr(staging_room.shutil, "rmtree", lambda *args, **options: None)
        with pytest.raises(Killed):
            write_outputs(table_plan(24), tmp_path, draw_nothing)
    with staging(tmp_path):
        left = {name: content for name, content in contents(tmp_path).items() if not name.startswith(STAGING)}
        assert left == before
    assert contents(tmp_path) == before


def test_two_runs_into_one_folder_do_not_mix(tmp_path: Path):
    with staging(tmp_path), pytest.raises(InputError) as caught:
        write_outputs(table_plan(10), tmp_path, draw_nothing)
    assert caught.value.problems[0].code == "outputs.busy"


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path):
    (tmp_path / "taken").write_text("x")
    for wanted in (tmp_path / "taken", tmp_path / "taken" / "deeper"):
        with pytest.raises(InputError) as caught:
            open_folder(wanted)
        problem = caught.value.problems[0]
        assert (problem.code, problem.file) == ("outputs.not_a_folder", str(tmp_path / "taken"))
        assert "--out" in problem_sentence(problem, "en")
        assert problem_sentence(problem, "lo") != problem_sentence(problem, "en")


@root_only_skip
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError) as caught:
            write_outputs(table_plan(10), tmp_path, draw_nothing)
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.problems[0].code == "outputs.not_writable"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EROFS, "not_writable"), (errno.EACCES, "not_writable"), (errno.EIO, "write_failed")],
)
def test_a_read_only_or_broken_disk_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
):
    def refuse(self: Path, *args: object, **options: object) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError) as caught:
        write_outputs(table_plan(10), tmp_path / "out", draw_nothing)
    assert caught.value.problems[0].code == f"outputs.{code}"
    assert str(tmp_path) in str(caught.value)


def test_a_manifest_that_names_files_outside_its_folder_removes_nothing(tmp_path: Path):
    (tmp_path / "precious.txt").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    body = json.loads(manifest_bytes(Manifest("ab" * 32, False, "", "", False, "")))
    body["files"] = [{"name": "../precious.txt", "sha256": "ab" * 32, "size": 4}]
    (out / MANIFEST).write_text(json.dumps(body))
    write_outputs(table_plan(10), out, draw_nothing)
    assert (tmp_path / "precious.txt").read_text() == "mine"
