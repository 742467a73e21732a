"""The check page: problems, columns, places, duplicates, the check list, forms, payments, a new extract."""

import csv
import io
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from tests.ui.conftest import Heard
from ui.columns_panel import ColumnsPanel
from ui.extract_panel import ExtractPanel
from ui.lists_panel import ListsPanel
from ui.pages.check import SECTIONS, CheckPage
from ui.problems_panel import ProblemsPanel
from ui.question_panel import QuestionPanel
from ui.window import Window

FORM = ("row id", "household id", "district code", "village code", "head of household", "members", "damage",
        "damage checked", "situation", "source", "signed by", "date")  # fmt: skip
SIGNED = ("yes", "displaced", "DLSW team", "Chief Example", "26/11/2026")


@pytest.fixture(scope="module")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=1000)


@pytest.fixture
def own_demo(made_demo: Path, tmp_path: Path) -> Path:
    """A demo that a test may change."""
    shutil.copytree(made_demo.parent, tmp_path / "demo")
    return tmp_path / "demo" / made_demo.name


@pytest.fixture
def opened(window: Window, own_demo: Path, qtbot: QtBot, heard: Heard) -> Window:
    window.session.open_plan(own_demo)
    settle(window, qtbot)
    assert heard.faults == []
    window.go("check")
    return window


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy and window.session.settled, timeout=30_000)
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=30_000)


def page_of(window: Window) -> CheckPage:
    return next(page for page in window.pages if isinstance(page, CheckPage))


def show(window: Window, section: str, qtbot: QtBot) -> QuestionPanel:
    page = page_of(window)
    page.go(section)
    settle(window, qtbot)
    panel = page.panels[section]
    shown = panel.questions if isinstance(panel, ListsPanel) else panel
    assert isinstance(shown, QuestionPanel)
    return shown


def give(panel: QuestionPanel, place: int, window: Window, qtbot: QtBot) -> None:
    """Press the button of an answer."""
    qtbot.mouseClick(panel.card.buttons[place], Qt.MouseButton.LeftButton)
    settle(window, qtbot)


def lines_of(content: bytes | None) -> list[dict[str, str]]:
    assert content is not None
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["en", "lo"])
def test_every_section_opens_with_its_words(
    opened: Window, language: str, qtbot: QtBot, heard: Heard
) -> None:
    opened.words.switch("lo" if language == "lo" else "en")
    settle(opened, qtbot)
    page = page_of(opened)
    for section in SECTIONS:
        qtbot.mouseClick(page.buttons[section], Qt.MouseButton.LeftButton)
        settle(opened, qtbot)
        assert page.stack.currentWidget() is page.panels[section] and page.buttons[section].isChecked()
    assert heard.faults == []


def test_a_place_is_decided_kept_in_toml_and_taken_back(opened: Window, qtbot: QtBot) -> None:
    panel = show(opened, "places", qtbot)
    asked = next(each for each in panel.shown if each.key[0] == "district")
    panel.list.setCurrentRow(panel.shown.index(asked))
    assert panel.asked.open == len(panel.shown)
    waiting, rejected = panel.asked.open, opened.session.results.figures.rejected
    give(panel, 0, opened, qtbot)
    kept = tomllib.loads((opened.session.decided("places") or b"").decode())
    assert kept["district"][0]["text"] == asked.key[1]
    assert kept["district"][0]["pcode"] == asked.options[0].answer
    assert panel.asked.open == waiting - 1
    assert opened.session.results.figures.rejected < rejected
    decided = next(n for n, each in enumerate(panel.shown) if each.key == asked.key)
    panel.list.setCurrentRow(decided)
    assert asked.options[0].text in panel.card.decided.text()
    qtbot.mouseClick(panel.card.back, Qt.MouseButton.LeftButton)
    settle(opened, qtbot)
    assert opened.session.decided("places") is None and panel.asked.open == waiting


def test_known_spellings_are_taken_all_at_once_and_undone(opened: Window, qtbot: QtBot) -> None:
    panel = show(opened, "places", qtbot)
    waiting = panel.asked.open
    panel.switches["accept_known_names"].setChecked(True)
    settle(opened, qtbot)
    assert b"accept_known_names = true" in (opened.session.decided("places") or b"")
    assert panel.asked.open < waiting
    opened.session.undo()
    settle(opened, qtbot)
    assert not panel.switches["accept_known_names"].isChecked() and panel.asked.open == waiting


def test_a_duplicate_is_decided_with_its_score_and_reason_in_sight(opened: Window, qtbot: QtBot) -> None:
    panel = show(opened, "duplicates", qtbot)
    held = next(each for each in panel.shown if each.level == "held" and len(each.key) == 3)
    panel.list.setCurrentRow(panel.shown.index(held))
    assert "%" in panel.card.lines.text() and held.key[1] in panel.card.lines.text()
    give(panel, 1, opened, qtbot)
    said = {line["household_id"]: line["answer"] for line in lines_of(opened.session.decided("duplicates"))}
    assert said == {held.key[1]: "pay", held.key[2]: "cut"}
    again = next(each for each in panel.asked.questions if each.key == held.key)
    assert again.level == "decided" and again.answer == f"keep {held.key[1]}"


def test_a_check_is_answered_with_the_value_that_was_blank(opened: Window, qtbot: QtBot) -> None:
    panel = show(opened, "verify", qtbot)
    asks = next(each for each in panel.shown if any(blank.field == "members" for blank in each.blanks))
    panel.list.setCurrentRow(panel.shown.index(asks))
    panel.card.values["members"].setText("6")
    give(panel, 0, opened, qtbot)
    line = lines_of(opened.session.decided("verify"))[0]
    assert (line["household_id"], line["answer"], line["members"]) == (asks.key[1], "yes", "6")
    results = opened.session.results
    row = list(results.households.column("household_id").values).index(asks.key[1])
    assert results.households.column("members").values[row] == 6


def test_problems_are_grouped_filtered_written_and_corrections_read_back(
    opened: Window, qtbot: QtBot, tmp_path: Path, heard: Heard
) -> None:
    page = page_of(opened)
    panel = page.panels["problems"]
    assert isinstance(panel, ProblemsPanel)
    settle(opened, qtbot)
    every = panel.shown
    panel.level.setCurrentIndex(1)
    panel.show_list()
    assert {each.level for each in panel.shown} == {"error"} and len(panel.shown) < len(every)
    panel.level.setCurrentIndex(0)
    panel.search.setText("members")
    settle(opened, qtbot)
    group = panel.shown[0]
    assert panel.rows.rowCount() == group.count and panel.rows.item(0, 1).text()
    panel.checking.write_problems(tmp_path / "list.xlsx", panel.shown)
    settle(opened, qtbot)
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    line = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value)
    sheet.cell(line, headings.index("Correction") + 1, 5)
    book.save(tmp_path / "list.xlsx")
    before = sum(each.count for each in panel.groups if each.code == group.code)
    opened.session.deciding.take_decisions("corrections", tmp_path / "list.xlsx")
    settle(opened, qtbot)
    assert heard.faults == []
    assert sum(each.count for each in panel.groups if each.code == group.code) == before - 1


def test_a_column_is_said_to_be_something_else_remembered_and_exported(
    opened: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.session.checking.memory", lambda: tmp_path / "memory")
    page = page_of(opened)
    page.go("columns")
    settle(opened, qtbot)
    panel = page.panels["columns"]
    assert isinstance(panel, ColumnsPanel) and panel.columns is not None
    heading = panel.mapping()["phone"]
    assert all(line.samples or not line.filled for line in panel.columns.lines)
    panel.choose(heading, "account")
    assert panel.wrong.text() and not panel.take.isEnabled()  # two columns for one field
    panel.choose(heading, "")
    assert panel.take.isEnabled() and "phone" not in panel.mapping()
    panel.checking.remember_columns(panel.columns.shape, panel.mapping())
    panel.checking.write_columns(tmp_path / "columns.toml", panel.mapping())
    written = tomllib.loads((tmp_path / "columns.toml").read_text(encoding="utf-8"))
    assert written["registry"]["columns"] == panel.mapping()
    assert len(list((tmp_path / "memory").glob("*.toml"))) == 1
    qtbot.mouseClick(panel.take, Qt.MouseButton.LeftButton)
    settle(opened, qtbot)
    assert "phone" not in opened.session.table_at(("registry", "columns"))
    panel.checking.read_columns(tmp_path / "columns.toml")
    settle(opened, qtbot)
    assert opened.session.table_at(("registry", "columns")) == written["registry"]["columns"]


def test_a_form_is_added_and_its_rows_are_decided(opened: Window, own_demo: Path, qtbot: QtBot) -> None:
    households = opened.session.made.plan.inputs.registry.households
    known = households[households["head_name_lo"].notna() & households["village_code"].notna()].iloc[0]
    rows = [
        FORM,
        ("F-1", "", known["district"], known["village_code"], known["head_name_lo"], "", "minor", *SIGNED),
        ("F-2", "", "LA1703", "1703999", "Nobody Known", "4", "major", *SIGNED),
    ]
    with (own_demo.parent / "forms.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    panel = show(opened, "assessments", qtbot)
    lists = page_of(opened).panels["assessments"]
    assert isinstance(lists, ListsPanel)
    lists.take(own_demo.parent / "forms.csv")
    settle(opened, qtbot)
    assert [each.level for each in panel.shown] == ["open", "noted"] and lists.files.count() == 1
    assert panel.question is not None and panel.question.options[0].answer == f"same {known['household_id']}"
    give(panel, 0, opened, qtbot)
    line = lines_of(opened.session.decided("assessments"))[0]
    assert (line["row_id"], line["answer"], line["household_id"]) == ("F-1", "same", known["household_id"])
    assert opened.session.made.plan.summary.field_registered["rows_matched"] == 1
    opened.session.undo()
    opened.session.undo()
    settle(opened, qtbot)
    assert panel.shown == () and lists.files.count() == 0


def test_blank_forms_are_printed_for_the_chosen_district(
    opened: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    lists = page_of(opened).panels["assessments"]
    assert isinstance(lists, ListsPanel)
    opened.session.choose_district("LA1703")
    lists.rows.setValue(3)
    lists.print_forms(tmp_path / "forms")
    settle(opened, qtbot)
    assert len(list((tmp_path / "forms").iterdir())) == 4


def test_a_list_of_earlier_payments_is_added_with_what_it_does(
    opened: Window, own_demo: Path, qtbot: QtBot
) -> None:
    households = opened.session.made.plan.inputs.registry.households
    paid = households["household_id"].iloc[7]
    text = f"household id,amount,date,purpose\n{paid},100000,1/10/2026,food\n"
    (own_demo.parent / "wfp.csv").write_text(text, encoding="utf-8")
    panel = show(opened, "earlier_payments", qtbot)
    lists = page_of(opened).panels["earlier_payments"]
    assert isinstance(lists, ListsPanel)
    lists.use.setCurrentIndex(1)
    lists.take(own_demo.parent / "wfp.csv")
    settle(opened, qtbot)
    assert opened.session.table_at(("earlier_payments",))[0]["use"] == "exclude"
    assert panel.shown[0].told.endswith(str(paid))


def test_a_newer_extract_is_looked_at_taken_and_undone(opened: Window, own_demo: Path, qtbot: QtBot) -> None:
    file = own_demo.parent / opened.session.table_at(("registry",))["file"]
    table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    newer = own_demo.parent / "newer.csv"
    table.drop(index=table.index[20:23]).to_csv(newer, index=False, encoding="utf-8-sig")
    page = page_of(opened)
    page.go("extract")
    panel = page.panels["extract"]
    assert isinstance(panel, ExtractPanel)
    panel.compare(newer)
    settle(opened, qtbot)
    assert panel.changes is not None and not panel.changes.taken
    gone = panel.changes.counts["gone"]
    assert gone > 0 and panel.table.rowCount() == len(panel.changes.lines)
    assert opened.session.table_at(("registry",))["file"] == file.name
    qtbot.mouseClick(panel.take, Qt.MouseButton.LeftButton)
    settle(opened, qtbot)
    registry = opened.session.table_at(("registry",))
    assert (registry["file"], registry["earlier"], registry["blanks"]) == ("newer.csv", file.name, "keep")
    assert panel.changes.taken and panel.changes.counts["gone"] == gone
    opened.session.undo()
    settle(opened, qtbot)
    assert opened.session.table_at(("registry",))["file"] == file.name
