"""What is kept from one time to the next, and files dropped on the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings, QUrl
from pytestqt.qtbot import QtBot

from ui.pages.registry import TABLES, RegistryPage
from ui.remembered import MOST_RECENT, Remembered
from ui.table_layout import TableLayout
from ui.window import Window, make_window, plan_dropped


def settings(folder: Path) -> QSettings:
    return QSettings(str(folder / "kept.ini"), QSettings.Format.IniFormat)


def test_language_theme_and_recent_plans_are_kept(tmp_path: Path) -> None:
    kept = Remembered(settings(tmp_path))
    assert (kept.language, kept.theme, kept.recent) == ("en", "light", [])
    kept.keep("language", "lo")
    kept.keep("theme", "dark")
    for number in range(7):
        kept.opened(tmp_path / f"{number}.toml")
    kept.opened(tmp_path / "4.toml")
    assert kept.settings is not None
    kept.settings.sync()
    again = Remembered(settings(tmp_path))
    assert (again.language, again.theme) == ("lo", "dark")
    assert [path.name for path in again.recent] == ["4.toml", "6.toml", "5.toml", "3.toml", "2.toml"]
    assert len(again.recent) == MOST_RECENT
    assert again.there() == []


def test_the_start_page_offers_the_plans_that_are_still_there(
    qtbot: QtBot, qapp, tmp_path: Path, demo_plan: Path
) -> None:
    kept = Remembered(settings(tmp_path))
    kept.opened(tmp_path / "gone.toml")
    kept.opened(demo_plan)
    window = make_window(qapp, kept)
    qtbot.addWidget(window)
    recent = window.start.recent
    links = [recent.itemAt(number).widget() for number in range(recent.count())]
    assert [button.toolTip() for button in links] == [str(demo_plan)]
    links[0].click()
    qtbot.waitUntil(lambda: window.session.results is not None, timeout=20_000)
    window.close()


def test_a_plan_file_dropped_on_the_window_is_taken_and_others_are_not(
    window: Window, tmp_path: Path
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "photo.png"))])
    assert plan_dropped(mime) is None
    mime.setUrls([*mime.urls(), QUrl.fromLocalFile(str(tmp_path / "PLAN.toml"))])
    assert plan_dropped(mime) == tmp_path / "PLAN.toml"


def test_columns_stand_the_next_time_as_they_were_left(
    qtbot: QtBot, qapp, tmp_path: Path, demo_plan: Path
) -> None:
    def at_registry() -> tuple[Window, RegistryPage]:
        window = make_window(qapp, Remembered(settings(tmp_path)))
        qtbot.addWidget(window)
        window.show()
        window.session.open_plan(demo_plan)
        qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)
        window.go("registry")
        page = window.stack.currentWidget()
        assert isinstance(page, RegistryPage)
        return window, page

    first, page = at_registry()
    page.bar.columns.chosen.emit(("village", "pmt_score", "status"))
    head, columns = page.table.horizontalHeader(), [each.code for each in page.table.array.table.columns]
    head.moveSection(head.visualIndex(columns.index("status")), 1)
    head.resizeSection(columns.index("village"), 201)
    left = page.table.layout_now()
    assert left.codes == ("household_id", "status", "village", "pmt_score")
    page.bar.table.setCurrentIndex(TABLES.index("villages"))
    page.show_results()
    villages = page.table.layout_now()
    assert [*villages.codes] == [each.code for each in page.table.array.table.columns if not each.aside]
    page.bar.table.setCurrentIndex(TABLES.index("households"))
    page.show_results()
    assert page.table.layout_now() == left, "another table in between changes nothing"
    first.close()
    again, page = at_registry()
    assert page.table.layout_now() == left
    assert dict(left.columns)["village"] == 201
    again.close()
    kept = (tmp_path / "kept.ini").read_text(encoding="utf-8")
    assert "pmt_score" in kept, "columns are kept by their name"
    assert "villages=" not in kept, "and only those that a person touched"


@pytest.mark.parametrize(
    "text", ["", "village", "village:wide", "village:-4", "gone:90 :: 7:", "village:999999"]
)
def test_settings_that_someone_spoiled_leave_the_columns_as_they_are(text: str) -> None:
    assert set(TableLayout.from_text(text).codes) <= {"gone"}
