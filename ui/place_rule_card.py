"""What a place hit in part means: the person chooses the rule and sees what another would change."""

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.label import framed, label
from ui.layer_results import PlaceRuleInfo
from ui.session import Session
from ui.style import GAP

RULES = ("area_share", "any_touch", "majority", "representative_point")
KEY = ("exposure", "rule")


def place_rule_card(session: Session, info: PlaceRuleInfo) -> QWidget:
    """The rule in force, to be chosen, and the households that each other rule would answer otherwise."""
    words = session.words
    card = framed("card")
    column = QVBoxLayout(card)
    column.setSpacing(GAP)
    heading, told, others = label("heading", wrap=True), label("body", wrap=True), label("small", wrap=True)
    heading.setText(words("profile.rule"))
    told.setText(words(f"planpdf.place_rule.{info.rule}"))
    choice = QComboBox()
    for rule in RULES:
        choice.addItem(words(f"planpdf.place_rule_name.{rule}"), rule)
    choice.setCurrentIndex(choice.findData(info.rule))
    choice.setAccessibleName(words("profile.rule"))
    choice.activated.connect(lambda _: session.change(KEY, choice.currentData()))
    named = ((words(f"planpdf.place_rule_name.{rule}"), show_number(count)) for rule, count in info.others)
    changes = (words("planpdf.place_rule_other", rule=rule, count=count) for rule, count in named)
    others.setText(words("planpdf.place_rule_others", changes="; ".join(changes)))
    for widget in (heading, choice, told, others):
        column.addWidget(widget)
    return card
