"""What every page is: a titled column that can be shown again in another language or with other results."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.label import label
from ui.layouts import name_areas
from ui.session import Session
from ui.style import SPACE, WIDE


class Page(QWidget):
    """`code` names the page in texts (`ui.page.<code>`) and its icon."""

    code = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.words = session.words
        self.title = label("title")
        self.intro = label("muted", wrap=True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.body.setSpacing(SPACE)
        self.body.addWidget(self.title)
        self.body.addWidget(self.intro)
        self.stale = False
        session.changed.connect(self._results_changed)

    def _results_changed(self) -> None:
        """Show them now, or when the page is next looked at; that there are none, at once."""
        self.stale = not self.isVisible() and self.session.results is not None
        if not self.stale:
            self.show_results()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.stale:
            self.stale = False
            self.show_results()

    def show_results(self) -> None:
        """The session has other results."""

    def retranslate(self) -> None:
        """The language has changed. Subclasses call this and then set their own words."""
        self.title.setText(self.words(f"ui.page.{self.code}"))
        self.intro.setText(self.words(f"ui.page.{self.code}.intro"))
        self.setAccessibleName(self.title.text())
        name_areas(self, self.title.text())
