"""What the plan is called and what stands on its papers: name, event, purpose, date, contact."""

from collections.abc import Sequence
from typing import Any

from shockplan.texts import show_value
from ui.editing_card import EditingCard
from ui.form import Entry
from ui.results import PlanHeadline
from ui.session import Session

LANGUAGES = (("lo", "en"), ("en", "lo"), ("lo",), ("en",))
ENTRIES = (
    Entry(("name",), "text", "begin.name"),
    Entry(("name_lo",), "text", "begin.name_lo"),
    Entry(("event",), "text", "begin.event"),
    Entry(("event_lo",), "text", "build.event_lo"),
    Entry(("purpose",), "text", "begin.purpose"),
    Entry(("purpose_lo",), "text", "build.purpose_lo"),
    Entry(("programme",), "text", "begin.programme"),
    Entry(("programme_lo",), "text", "build.programme_lo"),
    Entry(("date",), "date", "begin.date", told=True),
    Entry(("contact",), "text", "build.contact", told=True),
)


class PlanCard(EditingCard):
    """The head of the plan file."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ("plan",))
        for name in ("up", "down", "close"):
            self.tools[name].hide()

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        choices = tuple((each, self.words(f"paper.languages.{'_'.join(each)}")) for each in LANGUAGES)
        languages = Entry(
            ("languages",), "choice", "paper.languages", default=LANGUAGES[0], choices=choices, told=True
        )
        return (*ENTRIES, languages)

    def show_plan(self, head: PlanHeadline) -> None:
        words, table = self.words, self.session.table_at(("plan",)) or {}
        self.dress(words.pick(head.name, head.name_lo), first=True, last=True, alone=True)
        day = table.get("date")
        parts = [
            words.pick(head.event, head.event_lo),
            str(table.get("purpose", "")),
            show_value(day) if day else words("build.no_date"),
        ]
        self.told.setText("\n".join(part for part in parts if part))
        self.show_form()
