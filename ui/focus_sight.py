"""What has the keyboard is in sight: a page scrolls to it, however the focus came there."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

MARGIN = 24  # pixels of its surroundings that are shown too


class FocusSight(QObject):
    """Watches the focus of the whole program as long as its window lives."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self.follow)

    def follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Scroll every area around it; a press of the mouse moves nothing away from under the pointer."""
        del before
        if now is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        around = now.parentWidget()
        while around is not None:
            inside = around.widget() if isinstance(around, QScrollArea) else None
            if isinstance(around, QScrollArea) and inside is not None and inside.isAncestorOf(now):
                around.ensureWidgetVisible(now, MARGIN, MARGIN)
            around = around.parentWidget()
