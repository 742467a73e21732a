"""Page to session to job to plan, and back to every page."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Heard
from ui.messages import Message
from ui.window import START, WORK, Window


def test_the_window_begins_at_the_start_page_and_leaves_it_when_a_plan_is_open(
    window: Window, demo_plan: Path, qtbot: QtBot
) -> None:
    assert window.outer.currentIndex() == START
    with qtbot.waitSignal(window.session.changed, timeout=20_000):
        window.session.open_plan(demo_plan)
    assert window.outer.currentIndex() == WORK
    assert window.map.view.scene_painter is not None


def test_the_figures_on_the_screen_are_those_of_the_plan(planned: Window) -> None:
    results = planned.session.results
    assert results is not None
    figures = results.figures
    shown = {figure.code: figure.number.text() for figure in planned.strip.figures}
    assert shown["funded"] == f"{figures.funded:,}"
    assert shown["affected"] == f"{figures.certain + figures.possible:,}"
    assert figures.eligible == figures.funded + figures.waiting + figures.cut > 0
    assert figures.households_read == (
        figures.rejected + figures.eligible + figures.verify + figures.not_eligible
    )


def test_draft_made_up_and_schematic_are_said_on_the_screen(planned: Window) -> None:
    assert [stamp.isVisible() for stamp in planned.head.stamps.values()] == [True, True, True]


def test_a_missing_plan_file_is_a_sentence_and_the_window_goes_on(
    window: Window, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    window.session.open_plan(tmp_path / "PLAN.toml")
    qtbot.waitUntil(lambda: bool(heard))
    message = heard[0]
    assert isinstance(message, Message)
    assert "PLAN.toml" in message.sentences[0]
    assert window.outer.currentIndex() == START


def test_the_run_writes_what_the_command_line_writes(
    planned: Window, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(planned.session.written, timeout=40_000) as caught:
        planned.session.run(tmp_path / "out")
    written = caught.args[0]
    assert len(written.files) > 3
    assert all(path.is_file() for path in written.files)
    assert heard.faults == []
    assert planned.session.results is not None
    assert written.fingerprint == planned.session.results.headline.fingerprint


def test_a_cancelled_run_writes_nothing_and_says_so_to_no_one(
    planned: Window, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    out = tmp_path / "out"
    planned.session.run(out)
    planned.session.cancel()
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    assert not out.exists() or list(out.iterdir()) == []
    assert heard.faults == []


def test_choosing_a_household_explains_it_and_marks_its_place(planned: Window, qtbot: QtBot) -> None:
    results = planned.session.results
    assert results is not None
    row = int(np.flatnonzero(results.place_basis == 3)[0])
    page = next(page for page in planned.pages if page.code == "registry")
    planned.go("registry")
    with qtbot.waitSignal(planned.session.explained, timeout=30_000) as caught:
        page.table.choose(row)
    why = caught.args[0]
    assert why.household_id in page.why.heading.text()
    assert len(why.sentences) >= 3
    assert why.sentences[0] in page.why.sentences.text()
    assert planned.map.view.marker == tuple(results.places[row])


def test_lao_and_english_are_switched_while_a_plan_is_open(planned: Window, qtbot: QtBot) -> None:
    def lao(text: str) -> bool:
        return any("\u0e80" <= letter <= "\u0eff" for letter in text)

    with qtbot.waitSignal(planned.session.changed, timeout=20_000):
        planned.words.switch("lo")
    assert lao(planned.strip.figures[0].name.text())
    assert lao(planned.map.title.text())
    assert all(lao(planned.rail.group.button(number).text()) for number in range(len(planned.pages)))
    with qtbot.waitSignal(planned.session.changed, timeout=20_000):
        planned.words.switch("en")
    assert planned.strip.figures[0].name.text() == "affected"


def test_closing_the_window_during_work_ends_cleanly(planned: Window, demo_plan: Path) -> None:
    planned.session.open_plan(demo_plan)
    planned.close()
    assert planned.session.jobs.worker.ended
