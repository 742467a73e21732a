"""The place of the pages: scrolled only where the screen is too low for the one that is shown."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget


class PageArea(QScrollArea):
    """Qt's own way would make room for the tallest page, and show a second bar beside a page that scrolls."""

    def __init__(self, stack: QStackedWidget, least_width: int) -> None:
        super().__init__()
        self.stack = stack
        self.setProperty("kind", "bare")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(least_width)
        self.setWidget(stack)
        stack.installEventFilter(self)
        stack.currentChanged.connect(lambda number: self.fit())

    def fit(self) -> None:
        """As large as the room, and no smaller than the page that is shown can be."""
        page = self.stack.currentWidget()
        if page is not None:
            self.stack.resize(self.viewport().size().expandedTo(page.minimumSizeHint()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.stack and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)
