"""A workbook behind a password asks for it, says when it is wrong, and is read like any other."""

import struct
from pathlib import Path

import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from shockplan.areas import load_gazetteer
from shockplan.planfile import RegistrySpec
from shockplan.problems import InputError
from shockplan.registry.compound import chains_end
from shockplan.registry.files import sheets_of
from shockplan.registry.household import Registry
from shockplan.registry.passwords import ASKED
from shockplan.registry.reading import read_registry

PASSWORD = "ສະບາຍດີ 1"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    with xlsxwriter.Workbook(str(tmp_path / "open.xlsx")) as book:
        sheet = book.add_worksheet("Households")
        for number, row in enumerate([["hhid", "district", "members"], ["A", "LA1703", "5"]]):
            sheet.write_row(number, 0, row)
    path = tmp_path / "locked.xlsx"
    with (tmp_path / "open.xlsx").open("rb") as plain, path.open("wb") as sealed:
        OOXMLFile(plain).encrypt(PASSWORD, sealed)
    return path


def registry_with(path: Path, passwords: dict[str, str]) -> Registry:
    spec = RegistrySpec(file=path.name)
    return read_registry(path, spec, load_gazetteer(), None, path.parent, passwords=passwords)


def fault_of(path: Path, passwords: dict[str, str]) -> str:
    with pytest.raises(InputError) as caught:
        registry_with(path, passwords)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    return problem.code


def test_a_protected_workbook_asks_for_its_password_and_is_then_read(locked: Path) -> None:
    assert fault_of(locked, {}) == "registry.password"
    assert fault_of(locked, {locked.name: "guess"}) == "registry.password_wrong"
    assert {"registry.password", "registry.password_wrong"} == ASKED
    for known in ({locked.name: PASSWORD}, {"": PASSWORD}):
        registry = registry_with(locked, known)
        assert registry.households["household_id"].tolist() == ["A"]
        assert registry.households["members"].tolist() == [5]


def test_the_sheets_of_a_protected_workbook_are_known_only_with_its_password(locked: Path) -> None:
    with pytest.raises(InputError):
        sheets_of(locked)
    assert sheets_of(locked, {locked.name: PASSWORD}) == ("Households",)


@pytest.mark.parametrize("cut", [700, 2000, 5000])
def test_a_damaged_protected_workbook_ends_in_a_sentence(locked: Path, cut: int) -> None:
    locked.write_bytes(locked.read_bytes()[:cut])
    code = fault_of(locked, {"": PASSWORD})
    assert code in {"registry.workbook_damaged", "registry.password_kind", "registry.password_wrong"}


def test_a_container_whose_sectors_lead_in_a_circle_is_refused(locked: Path) -> None:
    content = bytearray(locked.read_bytes())
    assert chains_end(bytes(content))
    (table,) = struct.unpack_from("<I", content, 76)
    struct.pack_into("<II", content, (table + 1) * 512, 1, 0)
    assert not chains_end(bytes(content))
    locked.write_bytes(content)
    assert fault_of(locked, {"": PASSWORD}) == "registry.workbook_damaged"
