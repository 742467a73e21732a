"""What happened: the shock layers, where they come from, and how many households each one hit."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QScrollArea, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.label import framed, label
from ui.layer_profile import LayerProfile
from ui.layer_results import LayerLook
from ui.layouts import empty
from ui.pages.page import Page
from ui.place_rule_card import place_rule_card
from ui.plan_card import PlanCard
from ui.results import LayerInfo
from ui.session import Session
from ui.session.layering import Layering
from ui.style import GAP, SPACE
from ui.words import Words


class SituationPage(Page):
    code = "situation"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(SPACE)
        self.plan = PlanCard(session)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.plan)
        column.addLayout(self.cards, 1)
        self.cards.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        self.add = QPushButton()
        self.add.clicked.connect(self.ask_for_layer)
        self.body.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(scroll, 1)
        self.layering = Layering(session)
        self.layering.looked.connect(self.show_profile)
        self.retranslate()

    def ask_for_layer(self) -> None:
        """Open the file dialog for a shock layer; its file is looked at before anything is taken."""
        dialog = QFileDialog(self, self.words("profile.add"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.layering.look(Path(name)))
        self.dialog = dialog
        dialog.open()

    def show_profile(self, look: LayerLook) -> None:
        """Ask how the layer is to be read; the dialog does not block."""
        self.profile = LayerProfile(self.layering, look, self)
        self.profile.open()

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
            self.plan.show_plan(self.session.results.headline)
            if self.session.results.headline.schematic:
                self.cards.addWidget(self.boundaries_card())
            for index, layer in enumerate(self.session.results.layers):
                card = layer_card(layer, self.words)
                card.layout().addWidget(self.class_button(index), 0, Qt.AlignmentFlag.AlignLeft)
                self.cards.addWidget(card)
            self.cards.addWidget(place_rule_card(self.session, self.session.results.place_rule))
        self.cards.addStretch(1)

    def class_button(self, index: int) -> QPushButton:
        """Opens the classes of a layer that the plan has."""
        button = QPushButton(self.words("profile.classes"))
        button.clicked.connect(lambda: self.layering.look_again(index))
        return button

    def retranslate(self) -> None:
        super().retranslate()
        self.add.setText(self.words("profile.add"))
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
