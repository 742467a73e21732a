"""Of each group's eligible households how many are paid, painted as bars with their numbers."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from shockplan.texts import show_number
from ui.label import small_font
from ui.reach_results import Group
from ui.style import GAP, SPACE

BAR_HEIGHT = 9
NAME_SHARE, BAR_SHARE = 0.40, 0.28


class ReachBars(QWidget):
    """A row a group: its name, the share as a bar, `paid / eligible` and the share in per cent."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: tuple[Group, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_groups(self, groups: tuple[Group, ...], name: str) -> None:
        self.groups = groups
        self.setAccessibleName(name)
        self.setAccessibleDescription("; ".join(f"{group.name}: {told(group)}" for group in groups))
        self.updateGeometry()
        self.update()

    @property
    def row_height(self) -> int:
        return QFontMetrics(small_font(self)).height() + GAP

    def sizeHint(self) -> QSize:
        return QSize(200, self.row_height * len(self.groups))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = small_font(self)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        text, line, accent = (
            self.palette().color(role)
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Mid, QPalette.ColorRole.Highlight)
        )
        name_width, bar_width = int(self.width() * NAME_SHARE), int(self.width() * BAR_SHARE)
        for number, group in enumerate(self.groups):
            row = QRect(0, number * self.row_height, self.width(), self.row_height)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.setPen(text)
            name = metrics.elidedText(group.name, Qt.TextElideMode.ElideRight, name_width - SPACE)
            painter.drawText(QRect(0, row.top(), name_width, row.height()), middle, name)
            bar = QRect(name_width, row.center().y() - BAR_HEIGHT // 2, bar_width, BAR_HEIGHT)
            paint_bar(painter, bar, group.share or 0.0, line, accent)
            rest = QRect(bar.right() + SPACE, row.top(), row.right() - bar.right() - SPACE, row.height())
            painter.setPen(text)
            painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, told(group))
        painter.end()


def paint_bar(painter: QPainter, bar: QRect, share: float, line: QColor, filled: QColor) -> None:
    """The whole bar outlined, the share filled: it reads without colour too."""
    painter.fillRect(QRect(bar.left(), bar.top(), round(bar.width() * share), bar.height()), filled)
    painter.setPen(line)
    painter.drawRect(bar)


def told(group: Group) -> str:
    """`1,204 / 2,000 · 60 %`, a dash where nobody may be paid."""
    share = "–" if group.share is None else f"{group.share * 100:.0f} %"
    return f"{show_number(group.funded)} / {show_number(group.eligible)} · {share}"
