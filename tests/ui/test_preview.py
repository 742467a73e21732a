"""Any paper is seen before it is printed, page by page, and it goes to the printer as it was seen."""

from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Heard
from ui.form_fields import ChoiceField
from ui.pages.situation import SituationPage
from ui.plan_card import LANGUAGES
from ui.preview_window import PreviewWindow, kind_of_paper
from ui.session.previewing import papers
from ui.window import Window


@pytest.fixture
def preview(planned: Window, qtbot: QtBot) -> PreviewWindow:
    planned.go("print")
    page = planned.print_page
    page.preview_button.click()
    assert page.preview is not None
    shown = page.preview
    qtbot.waitUntil(lambda: shown.image is not None, timeout=40_000)
    return shown


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=40_000)


def test_the_plan_and_every_list_can_be_seen(planned: Window, preview: PreviewWindow, qtbot: QtBot) -> None:
    names = [preview.paper.itemData(number) for number in range(preview.paper.count())]
    assert names[0].startswith("plan.")
    assert any(name.endswith("-R1.lo.pdf") for name in names)
    assert preview.pages > 3
    idle(planned, qtbot)
    first = preview.sheet.pixmap().toImage()
    colours = {first.pixel(x, y) for x in range(0, first.width(), 9) for y in range(0, first.height(), 9)}
    assert len(colours) > 10, "a page with something on it"
    preview.after.click()
    idle(planned, qtbot)
    assert preview.image is not None
    assert preview.image.number == 1
    assert preview.sheet.pixmap().toImage() != first


def opened(preview: PreviewWindow, name: str, qtbot: QtBot) -> None:
    preview.paper.setCurrentIndex(preview.paper.findData(name))
    with qtbot.waitSignal(preview.preview.opened, timeout=60_000) as heard:
        preview.paper.activated.emit(preview.paper.currentIndex())
    assert heard.args[0] == name


def test_labels_and_the_atlas_can_be_seen_too(planned: Window, preview: PreviewWindow, qtbot: QtBot) -> None:
    idle(planned, qtbot)
    opened(preview, "villages/LA1702/LA1702-labels-R1.lo.pdf", qtbot)
    assert preview.pages >= 1
    opened(preview, "atlas.en.pdf", qtbot)
    assert preview.pages > 3  # a page for each district of the plan, at least


def test_the_layout_of_the_papers_is_changed_seen_and_undone(
    planned: Window, preview: PreviewWindow, qtbot: QtBot
) -> None:
    idle(planned, qtbot)
    name = "villages/LA1702/LA1702-R1.lo.pdf"
    opened(preview, name, qtbot)
    idle(planned, qtbot)
    assert preview.image is not None
    across, down = preview.image.inches
    assert across < down
    card = planned.print_page.paper
    card.tools["edit"].setChecked(True)
    lists = card.form.fields[("lists",)]
    assert isinstance(lists, ChoiceField)
    lists.box.setCurrentIndex(1)
    lists.box.activated.emit(1)
    idle(planned, qtbot)
    assert planned.session.table_at(("paper",)) == {"lists": "landscape"}
    assert planned.words("paper.lists.landscape") in card.told.text()
    preview.begin()
    idle(planned, qtbot)
    opened(preview, name, qtbot)
    qtbot.waitUntil(lambda: preview.image.inches == (down, across), timeout=20_000)
    planned.session.undo()
    idle(planned, qtbot)
    assert planned.session.table_at(("paper",)) in (None, {})
    assert planned.words("paper.lists.portrait") in card.told.text()


def test_the_languages_of_the_papers_are_chosen(planned: Window, qtbot: QtBot) -> None:
    planned.go("situation")
    page = planned.stack.currentWidget()
    assert isinstance(page, SituationPage)
    page.plan.tools["edit"].setChecked(True)
    languages = page.plan.form.fields[("languages",)]
    assert isinstance(languages, ChoiceField)
    fingerprint = planned.session.made.plan.fingerprint
    languages.box.setCurrentIndex(LANGUAGES.index(("en",)))
    languages.box.activated.emit(LANGUAGES.index(("en",)))
    idle(planned, qtbot)
    plan = planned.session.made.plan
    assert plan.inputs.spec.plan.languages == ("en",)
    assert plan.fingerprint == fingerprint
    assert {paper.name.rsplit(".", 2)[1] for paper in papers(plan)} == {"en"}
    planned.session.undo()
    idle(planned, qtbot)
    assert set(planned.session.made.plan.inputs.spec.plan.languages) == {"lo", "en"}


def test_a_paper_is_named_in_the_words_of_the_language(preview: PreviewWindow, planned: Window) -> None:
    assert (
        preview.paper_name("villages/LA1702/LA1702-R2.lo.pdf")
        == "Signing lists · Samakkhixay · round 2 · in Lao"
    )
    planned.words.switch("lo")
    assert preview.paper_name("villages/LA1702/LA1702-V.lo.pdf").startswith("ບັນຊີຄົວເຮືອນ")


@pytest.mark.parametrize(
    ("stem", "what"),
    [
        ("plan", ("plan", "", 0)),
        ("LA1701-R3", ("list", "LA1701", 3)),
        ("LA1701-V", ("verify", "LA1701", 0)),
        ("LA1701-slips-R1", ("slips", "LA1701", 1)),
        ("LA1701-notice", ("notice", "LA1701", 0)),
        ("team-2", ("route", "2", 0)),
        ("LA1701-labels-R2", ("labels", "LA1701", 2)),
        ("atlas", ("atlas", "", 0)),
    ],
)
def test_the_kind_of_a_paper_is_in_its_name(stem: str, what: tuple[str, str, int]) -> None:
    assert kind_of_paper(stem) == what


def test_the_pages_asked_for_go_to_the_printer(
    planned: Window, preview: PreviewWindow, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    idle(planned, qtbot)
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFromTo(1, 2)
    preview.print_with(printer)
    qtbot.waitUntil(lambda: preview.printing is None, timeout=40_000)
    assert (tmp_path / "printed.pdf").stat().st_size > 10_000
    assert heard.faults == []
    assert heard[-1].title == planned.words("look.printed", pages=2)


def test_the_paper_is_forgotten_when_the_preview_closes(planned: Window, preview: PreviewWindow) -> None:
    preview.close()
    assert planned.session.preview.content == b""
