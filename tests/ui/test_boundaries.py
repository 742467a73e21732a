"""Official boundaries come over the schematic map in one step."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from shockplan.demo import write_demo
from tests.shared_data import SHARED, needs_shared
from tests.ui.conftest import Heard
from ui.messages import Message
from ui.window import Window


def opened(window: Window, folder: Path, qtbot: QtBot) -> Path:
    plan = write_demo(folder / "inputs", households=300)
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.open_plan(plan)
    return plan


@needs_shared
def test_official_boundaries_replace_the_schematic_map_and_are_saved_with_the_plan(
    window: Window, tmp_path: Path, heard: Heard, qtbot: QtBot
) -> None:
    plan = opened(window, tmp_path, qtbot)
    assert window.head.stamps["schematic"].isVisible()
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.take_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson")
    assert not window.head.stamps["schematic"].isVisible()
    window.session.save(plan)
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert "lao_adm2_148.geojson" in plan.read_text(encoding="utf-8")
    assert heard.faults == []


def test_a_file_that_holds_no_districts_is_a_sentence_and_the_map_stays(
    window: Window, tmp_path: Path, heard: Heard, qtbot: QtBot
) -> None:
    plan = opened(window, tmp_path, qtbot)
    window.session.take_boundaries(plan.parent / "flood_made_up.geojson")
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert isinstance(heard[0], Message)
    assert "flood_made_up.geojson" in heard[0].sentences[0]
    assert window.session.results is not None
    assert window.session.results.headline.schematic
