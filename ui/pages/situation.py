"""What happened: the shock layers, where they come from, and how many households each one hit."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QScrollArea, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.label import framed, label
from ui.layouts import empty
from ui.pages.page import Page
from ui.results import LayerInfo
from ui.session import Session
from ui.style import GAP, SPACE
from ui.words import Words


class SituationPage(Page):
    code = "situation"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(SPACE)
        inside = QWidget()
        inside.setLayout(self.cards)
        self.cards.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.retranslate()

    def ask_for_boundaries(self) -> None:
        """Open the file dialog; it does not block."""
        dialog = QFileDialog(self, self.words("ui.boundaries.take"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.session.take_boundaries(Path(name)))
        self.dialog = dialog
        dialog.open()

    def boundaries_card(self) -> QWidget:
        """Says that the map is schematic, and takes official boundaries in its place."""
        card = framed("card")
        column = QVBoxLayout(card)
        told = label("body", wrap=True)
        told.setText(self.words("ui.boundaries.schematic"))
        take = QPushButton(self.words("ui.boundaries.take"))
        take.clicked.connect(self.ask_for_boundaries)
        column.addWidget(told)
        column.addWidget(take, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def show_results(self) -> None:
        empty(self.cards)
        if self.session.results:
            if self.session.results.headline.schematic:
                self.cards.addWidget(self.boundaries_card())
            for layer in self.session.results.layers:
                self.cards.addWidget(layer_card(layer, self.words))
        self.cards.addStretch(1)

    def retranslate(self) -> None:
        super().retranslate()
        self.show_results()


def layer_card(layer: LayerInfo, words: Words) -> QWidget:
    """One layer: its name, its source, its counts, and whether it says who is affected."""
    card = framed("card")
    column = QVBoxLayout(card)
    column.setSpacing(GAP)
    name = label("heading", wrap=True)
    name.setText(words.pick(layer.name, layer.name_lo))
    column.addWidget(name)
    counts = dict(zip(("certain", "possible", "unknown", "no"), map(show_number, layer.counts), strict=True))
    for text, kind in (
        (" · ".join(part for part in (layer.source, layer.date) if part), "small"),
        (words("ui.layer.counts", **counts), "body"),
        (words("ui.layer.defines" if layer.defines_affected else "ui.layer.severity_only"), "small"),
    ):
        line = label(kind, wrap=True)  # type: ignore[arg-type]  # the three kinds stand above
        line.setText(text)
        column.addWidget(line)
    return card
