"""The blank assessment form: printed, typed, and read back with nothing lost in between."""

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest

from shockplan.areas import load_gazetteer
from shockplan.outputs.assessment_form import BlankForm, FormHead, FormPlace, blank_forms, places_of
from shockplan.outputs.assessment_pdf import write_assessment_pdf
from shockplan.outputs.assessment_xlsx import COLUMNS, FIRST_ROW, assessment_xlsx, both, choices
from shockplan.planfile import AssessmentSpec
from shockplan.problems import InputError
from shockplan.registry.assessments import is_form_heading, read_assessment
from shockplan.texts import Language
from tests.core.paper_plan import paper_plan
from tests.core.pdf_text import needs_pdftotext, page_texts
from tests.test_main_job import shockplan

DAY = dt.date(2026, 11, 26)
PLACE = FormPlace("LA1703", "1703012", "ໂພນມ່ວງ", "Phonmouang")
HEAD = FormHead("Sekong flood", "Flood", "020 5555 0000", made_up=True)
LANGUAGES: tuple[Language, ...] = ("lo", "en")


def forms(rows: int = 12) -> tuple[BlankForm, ...]:
    return blank_forms([PLACE, FormPlace()], rows, DAY)


@needs_pdftotext
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_is_printed_with_its_number_and_every_sheet_with_its_form(
    tmp_path: Path, language: Language
) -> None:
    write_assessment_pdf(forms(), HEAD, tmp_path / "form.pdf", language)
    pages = page_texts(tmp_path / "form.pdf")
    assert len(pages) == 4
    for page, form in zip(pages, (forms()[0],) * 2 + (forms()[1],) * 2, strict=True):
        assert form.number in page and "MADE UP" in page
    joined = "".join(pages)
    assert all(row_id in joined for form in forms() for row_id in form.row_ids)


def test_row_numbers_never_repeat_and_the_same_form_has_the_same_bytes(tmp_path: Path) -> None:
    ids = [row_id for form in forms(99) for row_id in form.row_ids]
    assert len(set(ids)) == 198 and ids[0] == "1703012-261126-01"
    for name in ("a.pdf", "b.pdf"):
        write_assessment_pdf(forms(), HEAD, tmp_path / name, "lo")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert assessment_xlsx(forms(), HEAD, "lo") == assessment_xlsx(forms(), HEAD, "lo")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_workbook_is_read_back_with_every_choice_understood(
    tmp_path: Path, language: Language
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(assessment_xlsx(forms(), HEAD, language)))
    sheet = book.worksheets[0]
    sheet.cell(7, 4, "DLSW team")
    sheet.cell(8, 4, "Chief Example")
    sheet.cell(9, 4, dt.datetime(2026, 11, 26))
    names = [name for name, _, _ in COLUMNS]
    for row in range(4):
        kinds = {name: choices(kind, language) for name, _, kind in COLUMNS}
        filled = {name: words[row % len(words)] for name, words in kinds.items() if words}
        filled |= {"head": f"Made Up {row}", "members": 4 + row, "under_2": 0, "phone": "02055550001"}
        for name, value in filled.items():
            sheet.cell(FIRST_ROW + 2 + row, names.index(name) + 1, value)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    found = read_assessment(path, AssessmentSpec(file=path.name), load_gazetteer())
    rows = found.rows
    assert rows["row_id"].tolist() == [f"1703012-261126-0{n}" for n in (1, 2, 3, 4)]
    assert set(rows["district"]) == {"LA1703"} and set(rows["village_code"]) == {"1703012"}
    assert set(rows["source"]) == {"DLSW team"} and set(rows["signatory"]) == {"Chief Example"}
    assert rows["assessed_on"].dt.date.tolist() == [DAY] * 4
    assert rows["head_sex"].tolist() == ["female", "male"] * 2
    assert rows["situation"].tolist() == ["displaced", "migrant", "not_registered", "registered"]
    assert rows["damage"].tolist() == ["none", "minor", "major", "destroyed"]
    assert rows["damage_verified"].tolist() == rows["pregnant"].tolist() == [True, False] * 2
    assert rows["members"].tolist() == [4, 5, 6, 7] and rows["under_2"].tolist() == [0] * 4
    assert rows["phone"].tolist() == ["02055550001"] * 4 and rows["reason"].isna().all()
    assert [problem for problem in found.problems if problem.level != "note"] == []


def test_every_heading_of_the_workbook_is_known_to_the_reader() -> None:
    assert [name for name, _, _ in COLUMNS if not is_form_heading(both(f"form.column.{name}"))] == []


def test_villages_are_asked_for_by_code_and_unknown_ones_are_told() -> None:
    plan = paper_plan(50)
    known = plan.inputs.registry.villages
    one = known.iloc[0]
    assert [place.village_code for place in places_of(plan, [one["code"]], [])] == [one["code"]]
    inside = places_of(plan, [], [one["district"]])
    assert len(inside) == int((known["district"] == one["district"]).sum())
    assert places_of(None, [], ["LA1703"]) == (FormPlace(district="LA1703"),)
    assert places_of(None, [], []) == (FormPlace(),)
    with pytest.raises(InputError) as refused:
        places_of(None, ["1"], ["XX"])
    assert [problem.code for problem in refused.value.problems] == [
        "form.village_unknown", "form.district_unknown"
    ]  # fmt: skip
    with pytest.raises(InputError):
        blank_forms([PLACE], 0, DAY)


def test_the_command_writes_the_form_in_both_languages_without_a_plan(tmp_path: Path) -> None:
    said = shockplan("form", "--out", tmp_path / "forms", "--day", "2026-11-26", "--json")
    assert said.exit_code == 0
    written = sorted(Path(name).name for name in said.json["outputs"])
    assert written == [
        f"assessment-form.{language}.{kind}" for language in ("en", "lo") for kind in ("pdf", "xlsx")
    ]
    assert shockplan("form", "--out", tmp_path / "forms", "--day", "tomorrow").exit_code == 2
    assert json.dumps(said.json)
