"""Layouts whose contents are made anew, and columns that scroll."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


class Column(QWidget):
    """What lies in a scroll area: as tall as its words are at the width that there is.

    Qt would have it as tall as they would be at the narrowest width, with empty ground below.
    """

    def minimumSizeHint(self) -> QSize:
        hint, layout = super().minimumSizeHint(), self.layout()
        return QSize(hint.width(), 0) if layout is not None and layout.hasHeightForWidth() else hint


def scrolled(layout: QLayout) -> QScrollArea:
    """A layout that scrolls up and down where it is taller than its room."""
    inside = Column()
    inside.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


def bare_area(inside: QWidget) -> QScrollArea:
    """What scrolls, both ways, only where the screen is too small for it; Tab goes through."""
    area = QScrollArea()
    area.setProperty("kind", "bare")
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(inside)
    return area


def name_areas(root: QWidget, name: str) -> None:
    """What a screen reader calls every scrolling area inside."""
    for area in root.findChildren(QScrollArea):
        area.setAccessibleName(name)


def empty(layout: QLayout) -> None:
    """Take everything out; widgets leave the window now and are deleted when events allow."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
