"""Tables: filtered, searched in both scripts, sorted; a million rows cost no more than those on show."""

import time

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.array_table import ArrayTable
from ui.pages.registry import RegistryPage
from ui.results import Column, Table
from ui.table_filter import Filter, Order, ordered, rows_of
from ui.window import Window
from ui.words import Words


def small() -> Table:
    return Table(
        (
            Column("household_id", "code", np.array(["H1", "H2", "H3", "H4"], dtype=object)),
            Column(
                "head",
                "text",
                np.array(["Kham", "Noy", None, "Somphone"], dtype=object),
                lao=np.array(["ຄຳ", "ນ້ອຍ", "ສົມ", "ສົມພອນ"], dtype=object),
            ),
            Column("status", "enum", np.array([4, 3, 4, 1], dtype=np.int8), enum="status"),
            Column("district", "district", np.array(["LA1701", "LA1702", "LA1701", "LA1701"], dtype=object)),
            Column("total_kip", "kip", np.array([900_000, 0, 1_200_000, 0])),
        ),
        4,
    )


def test_a_search_finds_lao_and_latin_letters_whatever_their_case() -> None:
    assert rows_of(small(), Filter("ສົມ")).tolist() == [2, 3]
    assert rows_of(small(), Filter("KHAM")).tolist() == [0]
    assert rows_of(small(), Filter("h2")).tolist() == [1]
    assert rows_of(small(), Filter("nobody")).tolist() == []


def test_filters_join() -> None:
    assert rows_of(small(), Filter(status=4)).tolist() == [0, 2]
    assert rows_of(small(), Filter("ສົມ", 4, ("LA1701",))).tolist() == [2]
    assert rows_of(small(), Filter(districts=("LA1702",))).tolist() == [1]


def test_a_sort_puts_blanks_last_and_survives_a_filter(qtbot: QtBot) -> None:
    table = ArrayTable(Words())
    qtbot.addWidget(table)
    table.set_table(small(), {})
    table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert table.array.rows.tolist() == [2, 3, 1, 0], (
        "a household without an English name stands by its Lao one"
    )
    table.find(Filter(districts=("LA1701",)))
    assert table.array.rows.tolist() == [2, 3, 0]
    table.horizontalHeader().setSortIndicator(4, Qt.SortOrder.AscendingOrder)
    assert table.array.rows.tolist() == [3, 0, 2]


def test_a_cell_is_shown_in_the_language_of_the_moment() -> None:
    words = Words("lo")
    table = ArrayTable(words)
    table.set_table(small(), {"LA1701": ("Xaysetha", "ໄຊເສດຖາ")})

    def cell(row: int, column: int) -> str:
        return str(table.array.data(table.array.index(row, column)))

    assert (cell(0, 1), cell(0, 3), cell(0, 4)) == ("ຄຳ", "ໄຊເສດຖາ", "900,000")
    assert cell(1, 3) == "LA1702"
    words.switch("en")
    assert (cell(0, 1), cell(2, 1), cell(0, 2)) == ("Kham", "ສົມ", "funded")


def test_a_million_rows_are_shown_sorted_and_scrolled_without_delay(qtbot: QtBot) -> None:
    count = 1_000_000
    random = np.random.default_rng(1)
    ids = pd.Series(np.arange(count)).map("H{:07}".format).astype("str").array
    table = Table(
        (
            Column("household_id", "code", ids),
            Column("total_kip", "kip", random.integers(0, 2_000_000, count)),
        ),
        count,
    )
    view = ArrayTable(Words())
    qtbot.addWidget(view)
    view.resize(400, 600)
    view.show()
    start = time.perf_counter()
    view.set_table(table, {})
    view.scrollToBottom()
    view.grab()
    shown = time.perf_counter() - start
    assert view.array.rowCount() == count
    start = time.perf_counter()
    view.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert time.perf_counter() - start < 3
    assert shown < 3
    values = table.columns[1].values[view.array.rows]
    assert (np.diff(values) <= 0).all()


def test_the_registry_page_filters_by_words_standing_and_chosen_district(
    planned: Window, qtbot: QtBot
) -> None:
    planned.go("registry")
    page = planned.stack.currentWidget()
    assert isinstance(page, RegistryPage)
    results = planned.session.results
    assert results is not None
    page.bar.status.setCurrentIndex(1)
    page.apply_filter()
    assert len(page.table.array.rows) == results.figures.funded > 0
    planned.session.choose_district("LA1704")
    page.bar.district.setChecked(True)
    inside = page.table.array.rows
    districts = np.asarray(results.households.column("district").values[inside])
    assert set(districts) <= {"LA1704"}
    page.bar.status.setCurrentIndex(0)
    page.bar.district.setChecked(False)
    page.bar.search.setText(str(results.households.column("household_id").values[7]))
    qtbot.waitUntil(lambda: page.table.array.rows.tolist() == [7])


def test_villages_and_districts_add_up_to_the_plan(planned: Window) -> None:
    results = planned.session.results
    assert results is not None
    assert int(results.districts.column("count_funded").values.sum()) == results.figures.funded
    assert int(results.districts.column("count_budget").values.sum()) == results.figures.committed_kip
    assert int(results.villages.column("count_households").values.sum()) <= results.households.rows


def test_blanks_come_last_whichever_way_a_column_is_ordered() -> None:
    table = Table((Column("score", "number", np.array([2.0, np.nan, 1.0])),), 3)
    rows = np.arange(3)
    assert ordered(table, rows, Order("score")).tolist() == [2, 0, 1]
    assert ordered(table, rows, Order("score", descending=True)).tolist() == [0, 2, 1]


def test_a_district_is_found_and_ordered_by_its_name_in_either_language() -> None:
    names = {"LA1701": ("Xaysetha", "ໄຊເສດຖາ"), "LA1702": ("Samakkhixay", "ສາມັກຄີໄຊ")}
    assert rows_of(small(), Filter("samakk"), names).tolist() == [1]
    assert rows_of(small(), Filter("ໄຊເສດ"), names).tolist() == [0, 2, 3]
    assert ordered(small(), np.arange(4), Order("district", names=names)).tolist() == [1, 0, 2, 3]


def test_the_chosen_rows_are_copied_with_headings_and_no_formula(qtbot: QtBot) -> None:
    heads = np.array(["=HYPERLINK(1)", "Noy\tVong"], dtype=object)
    table = Table((Column("head", "text", heads), Column("total_kip", "kip", np.array([5_000, -7]))), 2)
    view = ArrayTable(Words())
    qtbot.addWidget(view)
    view.set_table(table, {})
    view.selectAll()
    view.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines == ["Head\tKip in all", "'=HYPERLINK(1)\t5,000", "Noy Vong\t-7"]


def test_columns_are_chosen_and_the_registry_has_more_of_them_than_are_shown(planned: Window) -> None:
    planned.go("registry")
    page = planned.stack.currentWidget()
    assert isinstance(page, RegistryPage)
    assert "pmt_score" not in page.table.shown_columns()
    page.bar.columns.chosen.emit(("pmt_score", "damage"))
    assert page.table.shown_columns() == (
        "household_id",
        "damage",
        "pmt_score",
    ) or page.table.shown_columns() == (
        "household_id",
        "pmt_score",
        "damage",
    )


@pytest.mark.parametrize("which", ["villages", "districts", "funds"])
def test_any_row_of_any_table_is_explained(planned: Window, qtbot: QtBot, which: str) -> None:
    planned.go("registry")
    page = planned.stack.currentWidget()
    assert isinstance(page, RegistryPage)
    page.bar.table.setCurrentIndex(["households", "villages", "districts", "funds"].index(which))
    page.show_results()
    with qtbot.waitSignal(planned.session.explained, timeout=20_000) as caught:
        page.table.choose(1)
    why = caught.args[0]
    assert why.which == which
    assert why.household_id in page.why.heading.text()
    assert len(why.sentences) >= 2
    assert (why.place is None) == (which == "funds")
    if which != "funds":
        assert planned.map.view.marker == why.place


def test_a_large_table_is_searched_off_the_gui_thread(planned: Window, qtbot: QtBot) -> None:
    gui, threads, found = QThread.currentThread(), [], []

    def work() -> str:
        threads.append(QThread.currentThread())
        return "found"

    planned.session.jobs.arrange(1_300_000, work, found.append)
    qtbot.waitUntil(lambda: found == ["found"])
    assert threads[0] != gui
