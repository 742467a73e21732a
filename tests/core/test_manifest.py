"""The manifest, and what `verify` says of files with its help."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.outputs.manifest import (
    FileEntry,
    Manifest,
    manifest_bytes,
    parse_manifest,
    previous_files,
    read_manifest,
)
from shockplan.outputs.staging import MANIFEST
from shockplan.problems import InputError
from shockplan.source import hash_bytes
from shockplan.verify import plan_fingerprint, verify_files

FINGERPRINT = "ab" * 32
FILES = {"plan.json": b"{}", "villages/LA1701/LA1701-001.csv": b"a,b\n1,2\n"}


def manifest_for(files: dict[str, bytes], fingerprint: str = FINGERPRINT) -> Manifest:
    entries = tuple(FileEntry(name, hash_bytes(content), len(content)) for name, content in files.items())
    return Manifest(fingerprint, False, "Sekong", "2026-11-24", True, "ShockPlan", {"funded": 2}, entries)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / MANIFEST).write_bytes(manifest_bytes(manifest_for(FILES)))
    return tmp_path


@pytest.fixture
def pack(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name in (*FILES, MANIFEST):
            made.write(folder / name, name)
    return path


def states(*files: Path, against: Path | None = None) -> list[str]:
    return [result.state for result in verify_files(files, against)]


def test_a_manifest_reads_back_as_it_was_written():
    manifest = manifest_for(FILES)
    assert parse_manifest(manifest_bytes(manifest), MANIFEST) == manifest


@given(st.binary(max_size=200))
def test_anything_else_is_refused_as_a_manifest(content):
    with pytest.raises(InputError):
        parse_manifest(content, MANIFEST)


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "C:a", "a\\..\\b", "", "a\0b"])
def test_a_manifest_cannot_name_files_outside_its_folder(name: str):
    body = json.loads(manifest_bytes(manifest_for(FILES)))
    body["files"][0]["name"] = name
    with pytest.raises(InputError):
        parse_manifest(json.dumps(body).encode(), MANIFEST)


@pytest.mark.parametrize(
    ("key", "value"),
    [("fingerprint", "xy"), ("files", None), ("totals", []), ("version", 2), ("format", "x")],
)
def test_a_damaged_manifest_is_refused(key: str, value: object):
    body = json.loads(manifest_bytes(manifest_for(FILES)))
    body[key] = value
    with pytest.raises(InputError):
        parse_manifest(json.dumps(body).encode(), MANIFEST)


def test_without_a_manifest_there_are_no_previous_files(tmp_path: Path):
    assert previous_files(tmp_path) == ()
    (tmp_path / MANIFEST).write_text("{}")
    assert previous_files(tmp_path) == ()


def test_an_unchanged_file_is_found_in_the_manifest_of_a_folder_above(folder: Path):
    (result,) = verify_files([folder / "villages" / "LA1701" / "LA1701-001.csv"])
    assert result.unchanged
    assert (result.plan, result.fingerprint, result.approved) == ("Sekong", FINGERPRINT, False)
    assert "abab-abab-abab-abab" in result.sentence("en")
    assert "DRAFT" in result.sentence("en")
    assert "ຮ່າງ" in result.sentence("lo")


def test_one_changed_byte_is_seen(folder: Path):
    path = folder / "villages" / "LA1701" / "LA1701-001.csv"
    path.write_bytes(path.read_bytes().replace(b"2", b"3"))
    (result,) = verify_files([path])
    assert result.state == "changed"
    assert "CHANGED" in result.sentence("en")


def test_a_renamed_copy_in_the_folder_is_still_known(folder: Path):
    (folder / "copy.csv").write_bytes(FILES["villages/LA1701/LA1701-001.csv"])
    (result,) = verify_files([folder / "copy.csv"])
    assert (result.state, result.listed_as) == ("unchanged", "villages/LA1701/LA1701-001.csv")


def test_a_file_of_nobody_is_unknown_and_one_that_is_not_there_is_missing(folder: Path):
    (folder / "other.csv").write_bytes(b"x")
    assert states(folder / "other.csv", folder / "nowhere.csv") == ["unknown", "missing"]


def test_another_programs_manifest_is_passed_over(folder: Path):
    (folder / "villages" / MANIFEST).write_text('{"name": "a web page"}')
    assert states(folder / "villages" / "LA1701" / "LA1701-001.csv") == ["unchanged"]


def test_a_manifest_or_a_folder_stands_for_every_file_in_it(folder: Path):
    (folder / "plan.json").unlink()
    assert states(folder / MANIFEST) == states(folder) == ["missing", "unchanged"]


def test_a_pack_is_checked_entry_by_entry(pack: Path):
    assert states(pack) == ["unchanged", "unchanged"]
    with zipfile.ZipFile(pack, "a") as made:
        made.writestr("added.csv", b"1")
    assert states(pack) == ["unchanged", "unchanged", "unknown"]


def test_a_file_is_checked_against_a_pack_or_another_folder(folder: Path, pack: Path, tmp_path: Path):
    away = tmp_path / "usb" / "LA1701-001.csv"
    away.parent.mkdir()
    away.write_bytes(FILES["villages/LA1701/LA1701-001.csv"])
    assert states(away, against=pack) == states(away, against=folder) == ["unchanged"]
    away.write_bytes(b"other")
    assert states(away, against=pack) == ["changed"]
    away.rename(away.with_name("strange.csv"))
    assert states(away.with_name("strange.csv"), against=folder / MANIFEST) == ["unknown"]


def test_damage_inside_a_pack_is_change_not_a_crash(pack: Path):
    content = bytearray(pack.read_bytes())
    where = content.index(FILES["plan.json"])
    content[where] ^= 1
    pack.write_bytes(bytes(content))
    assert "changed" in states(pack)


def test_a_file_of_another_plan_than_asked_for_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plan_file = tmp_path / "PLAN.toml"
    monkeypatch.setattr("shockplan.verify.plan_fingerprint", lambda path: "cd" * 32)
    (result,) = verify_files([folder / "plan.json"], plan_file)
    assert result.state == "other_plan"
    assert not result.unchanged
    assert "cdcd-cdcd-cdcd-cdcd" in result.sentence("en")
    monkeypatch.setattr("shockplan.verify.plan_fingerprint", lambda path: FINGERPRINT)
    assert states(folder / "plan.json", against=plan_file) == ["unchanged"]


def test_a_plan_file_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(InputError):
        plan_fingerprint(tmp_path / "PLAN.toml")


def test_a_manifest_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_manifest(tmp_path / MANIFEST)
    assert str(tmp_path / MANIFEST) in str(caught.value)
