"""A plan file's life: opened again, sealed anew, approved, parted and merged, purged; each step checked."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from shockplan.approval import new_key, open_key
from shockplan.audit import faults_of
from shockplan.demo import write_demo
from shockplan.document import with_content
from shockplan.fingerprint import fingerprint_of
from shockplan.inputs import read_inputs
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.plan import make_plan
from shockplan.problems import InputError
from shockplan.source import hash_bytes
from shockplan.texts import problem_sentence
from shockplan.verify import verify_files
from shockplan.workspace import export_plan, open_workspace, save_plan, sealing, workspace_inputs
from shockplan.workspace.districts import save_district
from shockplan.workspace.merging import conflicts_csv, merge, part_state, read_settled
from shockplan.workspace.opened import OpenedWorkspace, open_plan, planned
from shockplan.workspace.plans import Seal, change_passphrase
from shockplan.workspace.purging import purge
from shockplan.workspace.salvage import salvage
from shockplan.workspace.sealing import new_recovery_key, open_recovery_key
from shockplan.workspace.store import unreadable
from shockplan.workspace.totals import read_totals, save_totals, stated_fingerprint
from tests.core.pdf_text import needs_pdftotext, page_texts

HERE = Path(__file__).parent / "workspaces"
SECRET = "a made-up secret"


@pytest.fixture(autouse=True)
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=400)


@pytest.fixture
def file(demo: Path, tmp_path: Path) -> Path:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path, who="Made-up Planner")
    return path


@pytest.fixture
def signable(tmp_path: Path) -> tuple[Path, Path]:
    """A workspace that names an approver, and the approver's key."""
    key_file = tmp_path / "key.json"
    key = new_key(key_file, "Made-up Director", SECRET)
    plan = write_demo(tmp_path / "inputs", households=100)
    named = f'\n[[approval.approvers]]\nname = "{key.approver}"\npublic_key = "{key.public_key}"\n'
    plan.write_text(plan.read_text(encoding="utf-8") + named, encoding="utf-8")
    path = tmp_path / "signable.shockplan"
    save_plan(plan, path)
    return path, key_file


def code(work: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        work()
    assert str(caught.value)
    return caught.value.problems[0].code


def spoil(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


# opening again


def test_the_second_opening_takes_what_was_read_and_plans_the_same(
    demo: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = workspace_inputs(file)

    def unread(*_: object) -> object:
        raise AssertionError("the registry was read again")

    monkeypatch.setattr("shockplan.inputs.read_registry", unread)
    monkeypatch.setattr("shockplan.inputs.read_layer", unread)
    second = workspace_inputs(file)
    fresh = first
    assert fingerprint_of(second) == fingerprint_of(fresh)
    assert second.registry.households.equals(fresh.registry.households)
    assert (second.registry.households.dtypes == fresh.registry.households.dtypes).all()
    assert second.problems == fresh.problems
    assert make_plan(second).summary.as_json() == make_plan(fresh).summary.as_json()


def test_a_forged_result_of_reading_is_not_taken(file: Path, tmp_path: Path) -> None:
    workspace_inputs(file)
    other = tmp_path / "other.shockplan"
    shutil.copyfile(file, other)
    spoil(other, "UPDATE shelf SET seal = replace(seal, substr(seal, 1, 1), 'x')")
    assert workspace_inputs(other).registry.households.equals(workspace_inputs(file).registry.households)
    honest = open_workspace(file)
    assert honest.shelf.get("registry", honest_digest(honest)) is not None
    forged = open_workspace(other)
    spoil(other, "UPDATE shelf SET seal = 'x'")
    assert forged.shelf.get("registry", honest_digest(honest)) is None
    honest.close()
    forged.close()


def honest_digest(workspace: object) -> str:
    from shockplan.workspace import Workspace

    assert isinstance(workspace, Workspace)
    return str(workspace.store.rows("SELECT digest FROM shelf WHERE part = 'registry'")[0][0])


# old versions


@pytest.mark.parametrize(("name", "secret"), [("version1", None), ("version1_sealed", SECRET)])
def test_a_file_of_version_1_is_read_as_it_is_and_brought_up_when_written(
    name: str, secret: str | None, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.shockplan"
    shutil.copyfile(HERE / path.name, path)
    before = path.read_bytes()
    reading = open_workspace(path, secret)
    document = reading.document()
    assert document.contents["removals"].startswith(b"household_id,reason\n")
    assert len(reading.inputs().registry.households) > 30
    reading.close()
    assert path.read_bytes() == before
    writing = open_workspace(path, secret, write=True)
    writing.keep(with_content(document, "removals", None))
    writing.close()
    again = open_workspace(path, secret)
    assert "removals" not in again.document().contents
    assert [entry.what for entry in again.entries()] == ["changed", "changed"]
    again.close()
    exported = export_plan(path, tmp_path / "out", secret)
    assert fingerprint_of(read_inputs(exported)) == fingerprint_of(workspace_inputs(path, secret))


# the passphrase


def test_the_passphrase_is_changed_and_the_old_one_opens_nothing(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path, SECRET)
    expected = fingerprint_of(workspace_inputs(path, SECRET))
    workspace = open_workspace(path, SECRET, write=True)
    change_passphrase(path, workspace, Seal("another"))
    assert code(lambda: open_workspace(path, SECRET)) == "workspace.wrong_passphrase"
    assert fingerprint_of(workspace_inputs(path, "another")) == expected
    workspace = open_workspace(path, "another", write=True)
    change_passphrase(path, workspace, Seal())
    assert fingerprint_of(workspace_inputs(path)) == expected
    assert [one.name for one in tmp_path.iterdir()] == ["plan.shockplan"]


def test_the_ministrys_recovery_key_opens_what_was_sealed_for_it_and_nothing_else(
    demo: Path, tmp_path: Path
) -> None:
    key = new_recovery_key(tmp_path / "ministry.json", "of the ministry")
    assert code(lambda: open_recovery_key(tmp_path / "ministry.json", "wrong")) == "approval.wrong_passphrase"
    opened = open_recovery_key(tmp_path / "ministry.json", "of the ministry")
    for_it, not_for_it = tmp_path / "a.shockplan", tmp_path / "b.shockplan"
    save_plan(demo, for_it, SECRET, key.public_key)
    save_plan(demo, not_for_it, SECRET)
    workspace = open_workspace(for_it, recovery=opened)
    assert workspace.document().spec.plan.made_up
    workspace.close()
    assert code(lambda: open_workspace(not_for_it, recovery=opened)) == "workspace.not_recoverable"


def test_a_head_that_asks_for_too_much_or_is_damaged_is_refused(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path, SECRET)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"kib": 64', b'"kib": 9999999999'))
    assert code(lambda: open_workspace(path, SECRET)) == "workspace.head_damaged"
    twice = content[:40] + b"\xff" * 40 + content[80:2088] + b"\xff" * 40 + content[2128:]
    path.write_bytes(twice)
    assert code(lambda: open_workspace(path, SECRET)) == "workspace.head_damaged"
    path.write_bytes(content[:4096] + bytes(4096) + content[8192:])
    assert code(lambda: open_workspace(path, SECRET)) == "workspace.damaged_start"


@pytest.mark.parametrize("where", [0, 40, 300, 2048, 2100, 2400])
@pytest.mark.parametrize("by", ["passphrase", "recovery"])
def test_a_sealed_file_opens_with_either_copy_of_its_head(
    demo: Path, tmp_path: Path, where: int, by: str
) -> None:
    path = tmp_path / "plan.shockplan"
    key = new_recovery_key(tmp_path / "ministry.json", "of the ministry")
    save_plan(demo, path, SECRET, key.public_key)
    content = bytearray(path.read_bytes())
    content[where : where + 200] = bytes(byte ^ 1 for byte in content[where : where + 200])
    path.write_bytes(content)
    workspace = open_workspace(path, SECRET) if by == "passphrase" else open_workspace(path, recovery=key)
    assert workspace.document().spec.plan.made_up
    workspace.close()
    assert code(lambda: open_workspace(path, "another secret")) == "workspace.wrong_passphrase"


def test_a_key_that_rots_by_one_digit_in_one_copy_is_read_from_the_other(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path, SECRET)
    content = path.read_bytes()
    place = content.index(b'"sealed": "') + 11
    other = b"0" if content[place : place + 1] != b"0" else b"1"
    path.write_bytes(content[:place] + other + content[place + 1 :])
    open_workspace(path, SECRET).close()
    change = open_workspace(path, SECRET, write=True)
    change_passphrase(path, change, Seal("a new secret"))
    open_workspace(path, "a new secret").close()
    assert path.read_bytes().count(b"ShockPlan sealed") == 2


def test_no_name_reaches_the_disk_while_an_encrypted_plan_is_worked_with(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, scratch, person = tmp_path / "plan.shockplan", tmp_path / "tmp", tmp_path / "person"
    for folder in (scratch, person):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("XDG_DATA_HOME", str(person))
    monkeypatch.setattr("shockplan.workspace.workspace.private_folder", lambda: Path(make_folder(scratch)))
    save_plan(demo, path, SECRET)
    opened = open_plan(path, SECRET, "Made-up Planner")
    plan = planned(opened)
    assert opened.workspace is not None
    removed = with_content(plan.inputs.document, "removals", b"household_id,reason\nATP-000001,made up\n")
    opened.workspace.keep(removed, "decided")
    names = personal_texts(demo)
    assert len(names) > 100
    seen = [one for place in (scratch, person, path.parent) for one in place.rglob("*") if one.is_file()]
    assert any(scratch in one.parents for one in seen)  # the layers are there
    for one in seen:
        content = one.read_bytes()
        assert not [name for name in names if name.encode() in content], one.name
    opened.close()
    assert not list(scratch.iterdir())


def make_folder(scratch: Path) -> str:
    import tempfile

    return tempfile.mkdtemp(prefix="shockplan-", dir=scratch)


def personal_texts(plan: Path) -> set[str]:
    """Names, phones and ids of the demo's persons, long enough not to stand elsewhere by chance."""
    frame = read_inputs(plan).registry.households
    fields = ("head_name_lo", "head_name_en", "phone", "document_id", "family_book", "account")
    return {text for field in fields for text in frame[field].dropna() if len(text) >= 6}


# log and signatures


def test_a_signature_is_of_the_plan_and_its_log_and_a_change_begins_a_version(
    signable: tuple[Path, Path],
) -> None:
    import datetime as dt

    path, key_file = signable
    opened = open_plan(path, None, "Made-up Planner")
    plan = planned(opened)
    assert opened.workspace is not None
    signed = opened.sign(plan, open_key(key_file, SECRET), dt.date(2026, 10, 21))
    assert signed.approved
    assert signed.approvals[0].audit_head == opened.entries()[-2].hash
    assert [name for name, _, _ in opened.workspace.named("version")] == ["1"]
    document = plan.inputs.document
    assert opened.workspace.next_version(plan.fingerprint) == 2
    changed = with_content(document, "removals", b"household_id,reason\n")
    opened.workspace.keep(changed, "decided")
    assert not planned(opened).approved
    assert opened.workspace.document("version", "1") == document
    opened.workspace.keep(document, "undone")
    assert planned(opened).approved
    opened.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET who = 'Somebody Else' WHERE number = 1",
        "UPDATE audit SET after = 'x' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit",
        "UPDATE document SET plan = replace(plan, 'made_up = true', 'made_up = false') WHERE kind = 'now'",
        "UPDATE approval SET signature = replace(signature, substr(signature, 1, 2), '00')",
        "UPDATE approval SET audit_head = ''",
    ],
)
def test_tampering_is_found_and_the_plan_is_a_draft(signable: tuple[Path, Path], sql: str) -> None:
    import datetime as dt

    path, key_file = signable
    opened = open_plan(path, None, "Made-up Planner")
    assert opened.workspace is not None
    changed = with_content(opened.document(), "removals", b"household_id,reason\n")
    opened.workspace.keep(changed, "decided")
    assert opened.sign(planned(opened), open_key(key_file, SECRET), dt.date(2026, 10, 21)).approved
    opened.close()
    (before,) = verify_files([path])
    assert (before.state, before.approved) == ("unchanged", True)
    assert before.head in before.sentence()
    spoil(path, sql)
    (after,) = verify_files([path])
    assert after.state == "changed"
    assert not after.approved
    assert after.findings
    opened = open_plan(path, write=False)
    assert not planned(opened).approved
    opened.close()


def test_the_log_and_the_signatures_go_out_with_an_export_and_come_back(
    signable: tuple[Path, Path], tmp_path: Path
) -> None:
    import datetime as dt

    path, key_file = signable
    opened = open_plan(path)
    opened.sign(planned(opened), open_key(key_file, SECRET), dt.date(2026, 10, 21))
    entries = opened.entries()
    opened.close()
    exported = export_plan(path, tmp_path / "out")
    outside = open_plan(exported)
    assert outside.entries() == tuple(entries)
    assert planned(outside).approved
    save_plan(exported, tmp_path / "back.shockplan")
    back = open_plan(tmp_path / "back.shockplan")
    assert back.entries()[: len(entries)] == tuple(entries)
    assert planned(back).approved
    assert list(faults_of(back.entries())) == []
    back.close()


@needs_pdftotext
def test_the_head_of_the_log_is_printed_in_the_plan(file: Path, demo: Path, tmp_path: Path) -> None:
    opened = open_plan(file)
    plan = planned(opened)
    head = opened.entries()[-1].hash
    opened.close()
    for plan_of_it, expected in (
        (plan, head),
        (make_plan(read_inputs(demo)), "none: the plan file has no log"),
    ):
        path = tmp_path / "plan.pdf"
        write_plan_pdf(plan_of_it, path, "en", lambda *_: None)
        pages = page_texts(path)
        assert expected in "".join(pages).replace("\n", "") or expected in " ".join(pages)


# without persons, parts, merging


def test_a_file_of_totals_holds_no_person_and_can_be_verified(file: Path, demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "totals.shockplan"
    opened = open_plan(file)
    plan = planned(opened)
    save_totals(plan, opened, path)
    opened.close()
    content = path.read_bytes()
    frame = plan.inputs.registry.households
    assert not [
        text for text in personal_texts(demo) | set(frame["household_id"]) if text.encode() in content
    ]
    workspace = open_workspace(path)
    summary, tables = read_totals(workspace)
    assert summary == json.loads(json.dumps(plan.summary.as_json()))
    assert tables["districts"]["paid_kip"].sum() == plan.allocation.total_kip.sum()
    assert tables["districts"]["households"].sum() == len(frame)
    assert (tables["villages"]["households"] >= 5).all()
    assert stated_fingerprint(workspace) == plan.fingerprint
    workspace.close()
    assert code(lambda: workspace_inputs(path)) == "workspace.totals_only"
    (found,) = verify_files([path])
    assert (found.state, found.fingerprint) == ("unchanged", plan.fingerprint)


def parts_of(file: Path, tmp_path: Path) -> list[Path]:
    opened = open_plan(file)
    inputs = opened.gather(opened.document())
    paths = []
    for district in sorted(inputs.registry.households["district"].unique())[:2]:
        paths.append(tmp_path / f"{district}.shockplan")
        save_district(opened, inputs, [district], paths[-1])
    opened.close()
    return paths


def test_a_districts_part_has_its_households_as_the_whole_reads_them(file: Path, tmp_path: Path) -> None:
    whole = workspace_inputs(file).registry.households
    for path in parts_of(file, tmp_path):
        part = workspace_inputs(path).registry.households
        expected = whole[whole["district"] == path.stem].reset_index(drop=True)
        columns = [name for name in expected.columns if name not in ("source_row", "village", "duplicate")]
        assert part[columns].equals(expected[columns])


def decide(path: Path, key: str, content: str) -> None:
    workspace = open_workspace(path, write=True)
    workspace.keep(with_content(workspace.document(), key, content.encode()), "decided")
    workspace.close()


def test_what_districts_decided_comes_back_and_conflicts_wait_for_a_person(
    file: Path, tmp_path: Path
) -> None:
    first, second = parts_of(file, tmp_path)
    ids = {
        path: list(workspace_inputs(path).registry.households["household_id"][:2]) for path in (first, second)
    }
    decide(first, "removals", f"household_id,reason\n{ids[first][0]},moved away\n")
    decide(second, "removals", f"household_id,reason\n{ids[second][0]},died\n{ids[second][1]},moved away\n")
    decide(file, "removals", f"household_id,reason\n{ids[second][1]},counted twice\n")
    states = []
    for path in (first, second):
        workspace = open_workspace(path)
        states.append(part_state(workspace))
        workspace.close()
    whole = open_workspace(file)
    found = merge(whole.document(), states, {})
    assert found.taken == {first.name: 1, second.name: 1}
    (conflict,) = found.conflicts
    assert (conflict.ours, conflict.theirs) == ("reason=counted twice", "reason=moved away")
    table = tmp_path / "conflicts.csv"
    table.write_bytes(conflicts_csv(found.conflicts).replace(b",\n", b",theirs\n"))
    again = merge(whole.document(), states, read_settled(table))
    assert again.conflicts == ()
    text = again.document.contents["removals"].decode()
    assert f"{ids[second][1]},moved away" in text
    assert f"{ids[first][0]},moved away" in text
    assert "counted twice" not in text
    whole.close()
    assert code(lambda: part_state(open_workspace(file))) == "workspace.no_part"


# the end


def test_after_a_purge_no_person_is_in_the_bytes_and_the_rest_still_verifies(
    signable: tuple[Path, Path], tmp_path: Path
) -> None:
    import datetime as dt

    path, key_file = signable
    opened = open_plan(path)
    plan = planned(opened)
    assert opened.workspace is not None
    names = personal_texts(tmp_path / "inputs" / "PLAN.toml") | set(
        plan.inputs.registry.households["household_id"]
    )
    opened.workspace.keep(
        with_content(plan.inputs.document, "removals", f"household_id,reason\n{min(names)},x\n".encode())
    )
    plan = opened.sign(planned(opened), open_key(key_file, SECRET), dt.date(2026, 10, 21))
    head = plan.approvals[0].audit_head
    assert isinstance(opened, OpenedWorkspace)
    purge(plan, opened.own)
    for one in tmp_path.glob("*shockplan*"):
        content = one.read_bytes()
        assert not [name for name in names if name.encode() in content], one.name
    assert [one.name for one in tmp_path.glob("*shockplan*")] == ["signable.shockplan"]
    (found,) = verify_files([path])
    assert (found.state, found.approved, found.fingerprint) == ("unchanged", True, plan.fingerprint)
    workspace = open_workspace(path)
    assert head in {entry.hash for entry in workspace.entries()}
    summary, _ = read_totals(workspace)
    assert summary["funded"] == plan.summary.as_json()["funded"]
    workspace.close()


# files from others


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM document; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (a)",
        "CREATE INDEX i ON audit (who)",
        "DROP TABLE total",
        "ALTER TABLE setting ADD COLUMN more TEXT",
        "CREATE VIRTUAL TABLE f USING fts5(a)",
    ],
)
def test_a_file_with_other_tables_than_ours_is_refused(file: Path, sql: str) -> None:
    spoil(file, sql)
    assert code(lambda: open_workspace(file)) == "workspace.strange_tables"


def test_a_bomb_of_zeros_is_never_unpacked_beyond_what_is_stated(file: Path) -> None:
    import zlib

    bomb = zlib.compress(bytes(200 << 20), 9)
    connection = apsw.Connection(str(file))
    connection.execute("UPDATE chunk SET packed = ?", (bomb,))
    connection.close()
    import tracemalloc

    tracemalloc.start()
    assert code(lambda: workspace_inputs(file)) == "workspace.damaged"
    assert tracemalloc.get_traced_memory()[1] < 60 << 20
    tracemalloc.stop()


def test_what_is_whole_in_a_damaged_file_is_given_back_and_the_rest_is_named(
    file: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(file, write=True)
    registry = workspace.parts_of("inputs/registry_made_up.csv")[""]
    workspace.close()
    connection = apsw.Connection(str(file))
    connection.execute("UPDATE chunk SET packed = x'00' WHERE sha256 = ?", (registry,))
    connection.close()
    found = salvage(file, tmp_path / "out")
    assert found.lost == ("inputs/registry_made_up.csv",)
    assert "inputs/flood_made_up.geojson" in found.whole
    assert found.state == "now"
    assert (tmp_path / "out" / "PLAN.toml").is_file()
    assert not (tmp_path / "out" / "inputs" / "registry_made_up.csv").exists()
    (checked,) = verify_files([file])
    assert [one.code for one in checked.findings] == ["input"]


@pytest.mark.parametrize("secret", [None, SECRET], ids=["plain", "encrypted"])
@pytest.mark.parametrize("damage", ["beginning", "end"])
def test_a_file_without_its_beginning_or_its_end_gives_back_the_rest(
    demo: Path, tmp_path: Path, damage: str, secret: str | None
) -> None:
    path = tmp_path / "plan.shockplan"
    save_plan(demo, path, secret)
    content, start = path.read_bytes(), 4096 if secret else 0
    if damage == "beginning":
        path.write_bytes(content[:start] + bytes(4096) + content[start + 4096 :])
    else:
        path.write_bytes(content[:-5_000])
    found = salvage(path, tmp_path / "out", secret)
    assert found.whole
    assert (found.document is not None) or found.lost
    if damage == "beginning":
        assert (found.state, found.lost, found.entries_lost) == ("now", (), False)
        saved = read_inputs(tmp_path / "out" / "PLAN.toml")
        assert fingerprint_of(saved) == fingerprint_of(read_inputs(demo))
    assert not (tmp_path / "out" / ".rebuilt.shockplan").exists()


ROOT_OF = "SELECT rootpage FROM sqlite_schema WHERE name = ?"


def without_pages_of(path: Path, *names: str) -> None:
    """Zeros where a table or an index begins."""
    connection = apsw.Connection(str(path))
    size = int(str(connection.pragma("page_size")))
    pages = [int(str(connection.execute(ROOT_OF, (name,)).get)) for name in names]
    connection.close()
    content = bytearray(path.read_bytes())
    for page in pages:
        content[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(content)


def test_inputs_are_given_back_past_damaged_indexes(file: Path, demo: Path, tmp_path: Path) -> None:
    names = [f"sqlite_autoindex_{table}_1" for table in ("chunk", "content", "file_part")]
    without_pages_of(file, *names, "content")
    found = salvage(file, tmp_path / "out")
    assert found.lost == () and found.whole
    saved = read_inputs(tmp_path / "out" / "PLAN.toml")
    assert fingerprint_of(saved) == fingerprint_of(read_inputs(demo))


def test_contents_whose_names_are_gone_are_given_back_by_their_hash(
    file: Path, demo: Path, tmp_path: Path
) -> None:
    without_pages_of(
        file, "file", "file_part", "document", *(f"sqlite_autoindex_{n}_1" for n in ("file", "file_part"))
    )
    found = salvage(file, tmp_path / "out")
    assert found.document is None
    registry = (demo.parent / "registry_made_up.csv").read_bytes()
    (same,) = [name for name in found.whole if (tmp_path / "out" / name).read_bytes() == registry]
    assert same == f"inputs/{hash_bytes(registry)[:12]}"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE chunk SET id = 9000000000000000000 WHERE id = 1",
        "UPDATE audit SET number = 4000000000000000000 WHERE number = 1",
    ],
)
def test_a_forged_row_number_does_not_keep_the_search_for_what_is_whole_from_ending(
    file: Path, tmp_path: Path, sql: str
) -> None:
    connection = apsw.Connection(str(file))
    connection.execute(sql)
    connection.execute("UPDATE chunk SET sha256 = hex(randomblob(32)) WHERE id = 2")
    connection.close()
    found = salvage(file, tmp_path / "out")
    assert found.lost


def test_a_change_cut_off_on_a_medium_that_cannot_be_written_says_where_to_open_the_file(file: Path) -> None:
    """What SQLite says of a journal that it may not roll back."""
    (alone,) = unreadable(file, apsw.ReadOnlyError("")).problems
    file.with_name(file.name + "-journal").write_bytes(b"half a change")
    (left,) = unreadable(file, apsw.ReadOnlyError("")).problems
    assert (alone.code, left.code) == ("workspace.cannot_read", "workspace.unfinished")
    assert f"{file.name}-journal" in problem_sentence(left)
