"""The manual is there offline, in both languages, at the page one is on."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from ui.help_window import CHAPTERS, MANUAL, HelpWindow, chapter_path
from ui.window import Window
from ui.words import Words

PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_is_there_in_both_languages_with_the_same_headings_and_pictures(chapter: str) -> None:
    english = chapter_path("en", chapter).read_text(encoding="utf-8")
    lao = chapter_path("lo", chapter).read_text(encoding="utf-8")
    assert re.findall(r"^#+", english, re.MULTILINE) == re.findall(r"^#+", lao, re.MULTILINE)
    pictures = PICTURE.findall(english)
    assert [name.replace("-en-", "-lo-") for name in pictures] == PICTURE.findall(lao)
    assert english.count("\n- ") == lao.count("\n- ")
    assert any("\u0e80" <= letter <= "\u0eff" for letter in lao)


@pytest.mark.parametrize("language", ["en", "lo"])
def test_every_picture_of_the_manual_is_made_by_the_tests(language: str) -> None:
    for chapter in CHAPTERS:
        path = chapter_path(language, chapter)
        for name in PICTURE.findall(path.read_text(encoding="utf-8")):
            assert (path.parent / name).resolve().is_file(), name
    assert {path.stem for path in (MANUAL / language).glob("*.md")} == set(CHAPTERS)


def test_every_page_of_the_window_has_a_chapter(window: Window) -> None:
    assert {page.code for page in window.pages} <= set(CHAPTERS)


def test_f1_opens_the_chapter_of_the_page_and_follows_the_language(planned: Window) -> None:
    planned.go("how_much")
    button = planned.head.tools["help"]
    assert button.shortcut().matches(QKeySequence(Qt.Key.Key_F1)) == QKeySequence.SequenceMatch.ExactMatch
    button.click()  # the key itself is pressed on the tour, on a real display
    assert planned.help is not None
    assert planned.help.isVisible()
    assert planned.help.chapter == "how_much"
    assert "Three example households" in planned.help.text.toPlainText()
    planned.words.switch("lo")
    assert any("\u0e80" <= letter <= "\u0eff" for letter in planned.help.text.toPlainText())


def test_a_word_finds_the_chapters_that_hold_it(qtbot: QtBot) -> None:
    book = HelpWindow(Words())
    qtbot.addWidget(book)
    book.open_at("start")
    book.search.setText("poverty line")
    shown = [
        book.contents.item(number).data(Qt.ItemDataRole.UserRole) for number in range(book.contents.count())
    ]
    assert shown == ["how_much"]
    book.contents.setCurrentRow(0)
    assert book.text.textCursor().selectedText() == "poverty line"


def test_the_manual_says_that_the_lao_wording_waits_for_a_native_speaker() -> None:
    assert "not yet been reviewed by a native speaker" in chapter_path("en", "words").read_text(
        encoding="utf-8"
    )
