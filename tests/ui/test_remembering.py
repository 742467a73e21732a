"""What is kept from one time to the next, and files dropped on the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSettings, QUrl
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.remembered import MOST_RECENT, Remembered
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
    links = [button for button in window.start.findChildren(QPushButton) if button.toolTip()]
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
