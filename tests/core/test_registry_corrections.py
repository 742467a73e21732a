"""The problem list goes out as a workbook, is corrected by hand, and comes back into the reading."""

from pathlib import Path

import openpyxl
import pytest

from shockplan.problems import InputError, Problem, count_rows
from shockplan.registry.problem_list import lines_of, write_problem_list
from shockplan.rule_sentences import field_label
from shockplan.texts import OF_A_CELL, Language, catalogue, problem_sentence
from tests.core.registry_tables import Registry, found, read, write_csv

ROWS = [
    ["hhid", "district", "members", "lon", "lat", "head name"],
    ["A", "LA1703", "five", "14.8", "106.8", "=HYPERLINK(1)"],
    ["", "LA1703", "4", "", "", ""],
    ["C", "Sanamxay", "-3", "", "", ""],
]


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "r.csv", ROWS)


def write_list(registry: Registry, path: Path, language: str = "en") -> list[list[object]]:
    write_problem_list(path, registry.problems, language)  # type: ignore[arg-type]
    sheet = openpyxl.load_workbook(path).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def correct(path: Path, corrections: dict[tuple[str, int], str]) -> None:
    """Write corrections as a person would, by column and row of the extract."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    for line in sheet.iter_rows(min_row=2):
        key = (str(line[2].value), line[1].value)
        if key in corrections:
            line[7].value = corrections[key]
    book.save(path)


def test_the_list_has_a_line_for_every_finding(extract: Path, tmp_path: Path) -> None:
    registry = read(extract)
    written = write_list(registry, tmp_path / "problems.xlsx")
    assert len(written) - 1 == count_rows(registry.problems)
    line = next(line for line in written if line[3] == "five")
    assert line[:4] == ["r.csv", 2, "members", "five"]
    assert line[8] == "registry.bad_number"
    assert all(line[4] and line[5] for line in written[1:])


def test_errors_stand_first_and_the_sentence_names_the_value_of_its_own_row() -> None:
    problems = [
        Problem("registry.bad_number", "r.csv", "m", (2, 3), ("x", "y"), {"field": "members"}, "warning"),
        Problem("registry.no_id", "r.csv", "id", (4,)),
    ]
    lines = list(lines_of(problems, "en"))
    assert [(line.row, line.level) for line in lines] == [(4, "error"), (2, "warning"), (3, "warning")]
    assert ['"y"' in line.what for line in lines] == [False, False, True]


def test_corrections_are_read_back_and_the_rows_close(extract: Path, tmp_path: Path) -> None:
    path = tmp_path / "problems.xlsx"
    first = read(extract)
    assert (len(first.households), len(first.rejected)) == (1, 2)
    write_list(first, path)
    correct(
        path,
        {("members", 2): "5", ("hhid", 3): "B", ("district", 4): "LA1703", ("lon / lat", 2): "106.8 / 14.8"},
    )
    second = read(extract, corrections="problems.xlsx")
    assert second.households["household_id"].tolist() == ["A", "B", "C"]
    assert second.households["members"].tolist()[:2] == [5, 4]
    assert second.households["lon"][0] == 106.8
    assert second.rows_read == 3 and len(second.rejected) == 0
    assert len(found(second, "corrections.used").rows) == 5
    assert [source.name for source in second.sources] == ["r.csv", "problems.xlsx"]


def test_a_list_in_lao_is_read_back_too(extract: Path, tmp_path: Path) -> None:
    write_list(read(extract), tmp_path / "problems.xlsx", "lo")
    correct(tmp_path / "problems.xlsx", {("members", 2): "5"})
    assert read(extract, corrections="problems.xlsx").households["members"].tolist() == [5]


def test_a_correction_of_a_cell_that_has_changed_is_not_used(extract: Path, tmp_path: Path) -> None:
    write_list(read(extract), tmp_path / "problems.xlsx")
    correct(tmp_path / "problems.xlsx", {("members", 2): "5"})
    changed = [ROWS[0], ["A", "LA1703", "six", "", "", ""]]
    registry = read(write_csv(extract, changed), corrections="problems.xlsx")
    assert registry.households["members"].isna().all()
    assert found(registry, "corrections.cell_changed").values == ("5",)


def test_a_correction_for_a_row_or_column_that_is_gone_is_named(extract: Path, tmp_path: Path) -> None:
    write_list(read(extract), tmp_path / "problems.xlsx")
    correct(tmp_path / "problems.xlsx", {("members", 2): "5", ("hhid", 3): "B"})
    registry = read(
        write_csv(extract, [["hhid", "district", "size"], ["A", "LA1703", "5"]]), corrections="problems.xlsx"
    )
    assert found(registry, "corrections.no_column").values == ("5",)
    assert found(registry, "corrections.no_row").values == ("B",)


def test_another_file_is_no_list_of_corrections(extract: Path) -> None:
    with pytest.raises(InputError) as stop:
        read(extract, corrections="r.csv")
    assert {problem.code for problem in stop.value.problems} == {"corrections.column_missing"}


def test_texts_of_a_registry_never_become_formulas(tmp_path: Path) -> None:
    problem = Problem("registry.bad_number", "r.csv", "m", (2,), ("=1+1",), {"field": "members"}, "warning")
    write_problem_list(tmp_path / "p.xlsx", [problem], "en")
    cell = openpyxl.load_workbook(tmp_path / "p.xlsx").active["D2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    problem = Problem("no.such_code", "r.csv")
    with pytest.raises(KeyError):
        write_problem_list(tmp_path / "p.xlsx", [problem], "en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "label"), [("en", field_label("head_age", "en")), ("lo", field_label("head_age", "lo"))]
)
def test_a_bad_cell_is_named_by_what_a_person_calls_the_field(language: Language, label: str) -> None:
    problem = Problem("registry.bad_number", "r.csv", "Persons", (3,), ("old",), {"field": "head_age"})
    assert label != "head_age" and label in problem_sentence(problem, language)
    (line,) = lines_of([problem], language)
    assert label in line.what and "head_age" not in line.what
    unknown = Problem("registry.bad_number", "r.csv", "Amount", (3,), ("?",), {"field": "amount"})
    assert "amount" in problem_sentence(unknown, language)


def test_a_problem_of_the_plan_file_keeps_the_word_that_stands_in_it() -> None:
    problem = Problem("registry.heading_missing", "r.csv", "HH size", args={"field": "members", "near": "–"})
    assert "members" in problem_sentence(problem, "lo")


def test_every_sentence_about_a_field_says_it_in_one_of_two_ways() -> None:
    """What a person knows has its label; a word that stands in the plan file stays as it is."""
    plan_file = ("field_unknown", "people_field_unknown", "heading_missing", "heading_twice", "two_headings")
    texts = catalogue("en").items()
    told = {code for code, text in texts if code.startswith("registry.") and "{field}" in text}
    assert told - OF_A_CELL == {f"registry.{code}" for code in plan_file}
    assert told >= OF_A_CELL
