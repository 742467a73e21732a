"""How the papers are laid out: the part of the plan that says nothing of what stands on them."""

from collections.abc import Sequence
from typing import Any

from ui.editing_card import EditingCard
from ui.form import Entry
from ui.session import Session

LISTS = ("portrait", "landscape")
LABELS = ("24", "21", "16", "14")


class PaperCard(EditingCard):
    """The `[paper]` of the plan; what it does not say is as it is by itself."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ("paper",))
        for name in ("up", "down", "close"):
            self.tools[name].hide()

    def entries(self, table: dict[str, Any]) -> Sequence[Entry]:
        words = self.words
        lists = tuple((way, words(f"paper.lists.{way}")) for way in LISTS)
        labels = tuple((count, words(f"paper.labels.{count}")) for count in LABELS)
        return (
            Entry(("lists",), "choice", "paper.lists", default=LISTS[0], choices=lists, told=True),
            Entry(("labels",), "choice", "paper.labels", default=LABELS[0], choices=labels, told=True),
            Entry(("csv_mark",), "flag", "paper.csv_mark", default=True, told=True),
        )

    def show_paper(self) -> None:
        """What the plan says now."""
        words, table = self.words, self.session.table_at(self.path) or {}
        self.dress(words("paper.layout"), first=True, last=True, alone=True)
        lists, labels = table.get("lists", LISTS[0]), table.get("labels", LABELS[0])
        self.told.setText(f"{words(f'paper.lists.{lists}')} · {words(f'paper.labels.{labels}')}")
        self.show_form()
