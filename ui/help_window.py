"""The manual, offline: a chapter for each page, found by its contents or a word, in either language."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ui.style import GAP, SPACE
from ui.words import Words

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "manual"
CHAPTERS = (
    "start",
    "situation",
    "registry",
    "who",
    "check",
    "how_much",
    "approve",
    "print",
    "compare",
    "file",
    "keys",
    "words",
)
SIZE = QSize(900, 640)
CONTENTS_WIDTH = 210
MARGIN = 48
CHAPTER = Qt.ItemDataRole.UserRole


class ManualText(QTextBrowser):
    """A chapter whose pictures are as wide as the text, and no wider than they are."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value or found is None:
            return found
        image = found if isinstance(found, QImage) else QImage.fromData(found)
        width = min(image.width(), max(240, self.viewport().width() - MARGIN))
        return image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)


class HelpWindow(QWidget):
    """A window of its own, which stays open beside the work."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.words = words
        self.chapter = CHAPTERS[0]
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.contents = QListWidget()
        self.text = ManualText()
        self.text.setOpenExternalLinks(False)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self.search)
        left.addWidget(self.contents, 1)
        self.contents.setFixedWidth(CONTENTS_WIDTH)
        self.search.setFixedWidth(CONTENTS_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.addLayout(left)
        row.addWidget(self.text, 1)
        self.contents.currentItemChanged.connect(self._chosen)
        self.search.textChanged.connect(lambda text: self._list())
        self.search.returnPressed.connect(self.find_next)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self.search.setFocus)
        self.resize(SIZE)
        self.retranslate()

    def open_at(self, chapter: str) -> None:
        """Show the manual at a chapter."""
        self.chapter = chapter if chapter in CHAPTERS else CHAPTERS[0]
        self.search.clear()
        self._list()
        self.show_chapter()
        self.show()
        self.raise_()
        self.activateWindow()

    def show_chapter(self) -> None:
        """The chapter in the language of the moment."""
        path = chapter_path(self.words.language, self.chapter)
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{path.parent}/"))
        self.text.setMarkdown(path.read_text(encoding="utf-8"))

    def find_next(self) -> None:
        """The next place of the words in the chapter, from the top again at its end."""
        wanted = self.search.text().strip()
        if wanted and not self.text.find(wanted):
            cursor = self.text.textCursor()
            cursor.setPosition(0)
            self.text.setTextCursor(cursor)
            self.text.find(wanted)

    def _list(self) -> None:
        """The chapters that hold the words."""
        wanted = self.search.text().strip().casefold()
        self.contents.blockSignals(True)
        self.contents.clear()
        for chapter in CHAPTERS:
            text = chapter_path(self.words.language, chapter).read_text(encoding="utf-8")
            if wanted and wanted not in text.casefold():
                continue
            item = QListWidgetItem(text.splitlines()[0].lstrip("# "))
            item.setData(CHAPTER, chapter)
            self.contents.addItem(item)
            if chapter == self.chapter:
                self.contents.setCurrentItem(item)
        self.contents.blockSignals(False)

    def _chosen(self, item: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        if item is not None:
            self.chapter = item.data(CHAPTER)
            self.show_chapter()
            self.find_next()

    def retranslate(self) -> None:
        self.setWindowTitle(self.words("look.manual"))
        self.search.setPlaceholderText(self.words("build.pick.search"))
        self.search.setAccessibleName(self.words("build.pick.search"))
        self.contents.setAccessibleName(self.words("look.contents"))
        self.text.setAccessibleName(self.words("look.manual"))
        self._list()
        self.show_chapter()


def chapter_path(language: str, chapter: str) -> Path:
    """The file of a chapter."""
    return MANUAL / language / f"{chapter}.md"
