"""The pack of a district: whole in itself, the same bytes when open, and sealed with a passphrase."""

import zipfile
from pathlib import Path

import pytest
import pyzipper

from shockplan.outputs import papers
from shockplan.outputs.district_pack import write_zips
from shockplan.outputs.manifest import read_manifest
from shockplan.outputs.staging import MANIFEST
from shockplan.outputs.writing import write_outputs
from shockplan.problems import InputError
from shockplan.verify import verify_files
from tests.core.table_plan import draw_nothing, table_plan

PASSPHRASE = "ສີ່ຄຳ ທີ່ຈື່ໄດ້ດີ"


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def paper(plan, path, *rest):
        path.write_bytes(b"%PDF")

    for kind in ("plan", "list", "slip", "notice", "verify"):
        monkeypatch.setattr(papers, f"write_{kind}_pdf", paper)
    monkeypatch.setattr(papers, "write_labels_pdf", paper)
    write_outputs(table_plan(60), tmp_path / "out", draw_nothing)
    return tmp_path / "out"


def test_a_districts_folder_is_whole_in_itself_when_copied_away(out: Path, tmp_path: Path):
    copy = (out / "villages" / "LA1701").rename(tmp_path / "usb")
    results = verify_files([copy])
    assert {result.state for result in results} == {"unchanged"}
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert there == {result.listed_as for result in results} | {MANIFEST}


def test_the_readme_gives_the_control_totals_in_both_languages(out: Path):
    folder = out / "villages" / "LA1701"
    text = (folder / "README.txt").read_text(encoding="utf-8-sig")
    kip = sum(file.kip for file in read_manifest(folder / MANIFEST).files if file.name.endswith(".csv"))
    assert text.count(f"{kip:,}") == 2
    assert "DRAFT: not for payment" in text
    assert "ຮ່າງ" in text
    assert "a1b2-c3d4-e5f6-0718" in text


def test_open_packs_have_the_same_bytes_each_time_and_verify_entry_by_entry(out: Path, tmp_path: Path):
    one, two = (write_zips(out, tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert {path.name for path in one} == {f"LA170{number}.zip" for number in range(1, 6)} | {MANIFEST}
    results = verify_files([tmp_path / "one" / "LA1701.zip"])
    assert {result.state for result in results} == {"unchanged"}
    assert len(results) == len(zipfile.ZipFile(one[0]).namelist()) - 1


def test_packs_together_hold_every_payment_of_the_plan(out: Path, tmp_path: Path):
    write_zips(out, tmp_path / "packs")
    manifest = read_manifest(tmp_path / "packs" / MANIFEST)
    assert sum(file.kip for file in manifest.files) == manifest.totals["committed_kip"]


def test_a_sealed_pack_opens_only_with_its_passphrase(out: Path, tmp_path: Path):
    write_zips(out, tmp_path / "packs", PASSPHRASE)
    path = tmp_path / "packs" / "LA1701.zip"
    with pytest.raises(RuntimeError):
        zipfile.ZipFile(path).read("README.txt")
    with pyzipper.AESZipFile(path) as pack:
        pack.setpassword(PASSPHRASE.encode())
        assert pack.read("README.txt") == (out / "villages" / "LA1701" / "README.txt").read_bytes()
    inside = verify_files([path], passphrase=PASSPHRASE)
    assert len(inside) > 3
    assert {result.state for result in inside} == {"unchanged"}
    with pytest.raises(InputError) as caught:
        verify_files([path], passphrase="something else")
    assert caught.value.problems[0].code == "verify.wrong_passphrase"


def test_a_sealed_pack_without_the_passphrase_is_judged_as_a_whole(out: Path, tmp_path: Path):
    write_zips(out, tmp_path / "packs", PASSPHRASE)
    path = tmp_path / "packs" / "LA1701.zip"
    assert [result.state for result in verify_files([path])] == ["unchanged"]
    alone = path.rename(tmp_path / "LA1701.zip")
    assert [result.state for result in verify_files([alone])] == ["sealed"]
    assert not verify_files([alone])[0].unchanged


def test_a_file_in_hand_is_checked_against_a_sealed_pack(out: Path, tmp_path: Path):
    write_zips(out, tmp_path / "packs", PASSPHRASE)
    file = (out / "villages" / "LA1701" / "README.txt").rename(tmp_path / "README.txt")
    (result,) = verify_files([file], tmp_path / "packs" / "LA1701.zip", PASSPHRASE)
    assert result.unchanged


def test_nothing_changed_goes_into_a_pack(out: Path, tmp_path: Path):
    readme = out / "villages" / "LA1702" / "README.txt"
    readme.write_text("pay double")
    with pytest.raises(InputError) as caught:
        write_zips(out, tmp_path / "packs")
    assert caught.value.problems[0].code == "packs.changed"
    readme.unlink()
    with pytest.raises(InputError) as caught:
        write_zips(out, tmp_path / "packs")
    assert caught.value.problems[0].code == "packs.missing"
    assert not (tmp_path / "packs").exists()


def test_a_short_passphrase_is_refused(out: Path, tmp_path: Path):
    with pytest.raises(InputError) as caught:
        write_zips(out, tmp_path / "packs", "1234")
    assert "8" in str(caught.value)
    assert not (tmp_path / "packs").exists()
