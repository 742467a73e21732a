"""The one visual language of the window: colours, spacing, type scale, and the sheet made from them.

Text on its ground has a contrast of at least 4.5 (WCAG AA); a test works it out.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

Theme = Literal["light", "dark"]

GAP, SPACE, WIDE = 4, 8, 16
SMALL_PT, BODY_PT, TITLE_PT, FIGURE_PT = 8.5, 9.5, 14.0, 14.5
RADIUS = 4
RAIL_WIDTH = 148
ICON = 20


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. `ground` is behind everything, `sheet` is where one reads and writes."""

    ground: str
    sheet: str
    stripe: str
    text: str
    muted: str
    line: str
    edge: str
    accent: str
    on_accent: str
    soft: str
    warn: str
    on_warn: str
    fault: str
    on_fault: str
    good: str
    on_good: str


LIGHT = Colours(
    ground="#F4F6F7",
    sheet="#FFFFFF",
    stripe="#F7F9FA",
    text="#1B2228",
    muted="#55616B",
    line="#CFD6DC",
    edge="#7A8792",
    accent="#0B5A87",
    on_accent="#FFFFFF",
    soft="#E3EEF5",
    warn="#FFF1CC",
    on_warn="#5E4300",
    fault="#FCE4E0",
    on_fault="#86180D",
    good="#E0F2E6",
    on_good="#145A2C",
)
DARK = Colours(
    ground="#181C20",
    sheet="#21262B",
    stripe="#262C32",
    text="#E7EAED",
    muted="#A8B2BA",
    line="#3C444C",
    edge="#7D8994",
    accent="#77BCE6",
    on_accent="#0C1A24",
    soft="#24394A",
    warn="#41340F",
    on_warn="#F5DC93",
    fault="#4A221C",
    on_fault="#F8BDB3",
    good="#1D3B28",
    on_good="#A9E0BC",
)
THEMES: dict[Theme, Colours] = {"light": LIGHT, "dark": DARK}


def dress(app: QApplication, theme: Theme, family: str) -> None:
    """Give the whole program its palette, font and sheet."""
    colours = THEMES[theme]
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette_of(colours))
    font = app.font()
    font.setFamilies([family, "Noto Sans Lao", "Segoe UI", "Noto Sans", "DejaVu Sans"])
    font.setPointSizeF(BODY_PT)
    app.setFont(font)
    app.setStyleSheet(sheet_of(colours))


def palette_of(colours: Colours) -> QPalette:
    """Qt's roles filled from our colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, colours.ground),
        (role.WindowText, colours.text),
        (role.Base, colours.sheet),
        (role.AlternateBase, colours.stripe),
        (role.Text, colours.text),
        (role.Button, colours.sheet),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.on_fault),
        (role.ToolTipBase, colours.sheet),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.Mid, colours.line),
        (role.Midlight, colours.line),
        (role.Light, colours.sheet),
        (role.Dark, colours.line),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.muted))
    return palette


def tick_of(colours: Colours) -> str:
    """The file of the tick of a check box, as a style sheet names it."""
    name = "tick_light" if colours is LIGHT else "tick_dark"
    return (Path(__file__).resolve().parent / "icons" / f"{name}.svg").as_posix()


def sheet_of(colours: Colours) -> str:
    """The style sheet. Widgets are named by what they are (`property kind`), never styled one by one."""
    c = colours
    return f"""
    QToolTip {{ color: {c.text}; background: {c.sheet}; border: 1px solid {c.line}; padding: {GAP}px; }}
    QLabel[kind="title"] {{ font-size: {TITLE_PT}pt; font-weight: 600; }}
    QLabel[kind="heading"] {{ font-weight: 600; }}
    QLabel[kind="muted"] {{ color: {c.muted}; }}
    QLabel[kind="small"] {{ color: {c.muted}; font-size: {SMALL_PT}pt; }}
    QLabel[kind="fault"] {{ color: {c.on_fault}; background: {c.fault}; font-size: {SMALL_PT}pt;
        border-radius: {RADIUS}px; padding: 2px {GAP}px; }}
    QLabel[kind="figure"] {{ font-size: {FIGURE_PT}pt; font-weight: 600; }}
    QLabel[kind="stamp"] {{ color: {c.on_warn}; background: {c.warn}; border-radius: {RADIUS}px;
        padding: 2px {SPACE}px; font-weight: 600; }}
    QFrame[kind="bar"] {{ background: {c.sheet}; border: 0; border-bottom: 1px solid {c.line}; }}
    QFrame[kind="strip"] {{ background: {c.sheet}; border: 0; border-top: 1px solid {c.line}; }}
    QFrame[kind="card"] {{ background: {c.sheet}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
    QFrame[kind="group"] {{ border: 0; border-left: 2px solid {c.edge}; background: transparent; }}
    QFrame[kind="condition"] {{ background: {c.stripe}; border: 1px solid {c.line};
        border-radius: {RADIUS}px; }}
    QFrame[kind="rail"] {{ background: {c.ground}; border: 0; border-right: 1px solid {c.line}; }}
    QFrame[kind="message"] {{ background: {c.soft}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
    QFrame[kind="message"][level="error"] {{ background: {c.fault}; }}
    QFrame[kind="message"][level="error"] QLabel {{ color: {c.on_fault}; }}
    QFrame[kind="message"][level="warning"] {{ background: {c.warn}; }}
    QFrame[kind="message"][level="warning"] QLabel {{ color: {c.on_warn}; }}
    QFrame[kind="message"][level="done"] {{ background: {c.good}; }}
    QFrame[kind="message"][level="done"] QLabel {{ color: {c.on_good}; }}
    QToolButton[kind="step"] {{ border: 0; border-left: 3px solid transparent; text-align: left;
        padding: {SPACE - 2}px {SPACE}px {SPACE - 2}px {SPACE + 2}px; }}
    QToolButton[kind="step"]:hover {{ background: {c.soft}; }}
    QToolButton[kind="step"]:focus {{ background: {c.soft}; border: 1px solid {c.accent};
        border-left: 3px solid {c.accent}; }}
    QToolButton[kind="step"]:checked {{ border-left: 3px solid {c.accent}; background: {c.soft};
        font-weight: 600; }}
    QToolButton[kind="step"]:disabled {{ color: {c.muted}; }}
    QLineEdit {{ background: {c.sheet}; border: 1px solid {c.edge}; border-radius: {RADIUS}px;
        padding: 4px 5px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QPlainTextEdit, QTextBrowser {{ background: {c.sheet}; border: 1px solid {c.edge};
        border-radius: {RADIUS}px; padding: 1px; }}
    QPlainTextEdit:focus, QTextBrowser:focus {{ border: 2px solid {c.accent}; padding: 0; }}
    QLineEdit:focus {{ border: 2px solid {c.accent}; padding: 3px 4px; }}
    QLineEdit:disabled {{ color: {c.muted}; border-color: {c.line}; }}
    *[wrong="true"] > QLineEdit {{ border: 2px solid {c.on_fault}; padding: 3px 4px; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: 0; padding: 0; background: transparent; }}
    QCheckBox::indicator, QAbstractItemView::indicator {{ width: 14px; height: 14px;
        border: 1px solid {c.edge}; border-radius: 3px; background: {c.sheet}; }}
    QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ background: {c.accent};
        border-color: {c.accent}; image: url({tick_of(colours)}); }}
    QCheckBox::indicator:focus {{ border: 2px solid {c.accent}; }}
    QCheckBox:focus {{ color: {c.accent}; }}
    QPushButton {{ padding: 5px 14px; border: 1px solid {c.line}; border-radius: {RADIUS}px;
        background: {c.sheet}; }}
    QPushButton[kind="link"] {{ border: 0; background: transparent; color: {c.accent}; text-align: left;
        padding: 3px 0; }}
    QPushButton[kind="link"]:focus {{ text-decoration: underline; }}
    QPushButton[kind="section"] {{ padding: 4px 4px; }}
    QPushButton:checked {{ background: {c.soft}; border: 1px solid {c.accent}; font-weight: 600; }}
    QPushButton:hover {{ background: {c.soft}; }}
    QPushButton:focus {{ border: 1px solid {c.accent}; }}
    QPushButton:disabled {{ color: {c.muted}; }}
    QPushButton[kind="main"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
        font-weight: 600; }}
    QPushButton[kind="main"]:focus {{ border: 2px solid {c.text}; padding: 4px 13px; }}
    QPushButton[kind="main"]:disabled {{ background: {c.line}; color: {c.muted}; border-color: {c.line}; }}
    QTableView, QListView, QTreeView {{ border: 1px solid {c.line}; gridline-color: {c.line}; }}
    QTableView:focus, QListView:focus, QTreeView:focus {{ border: 1px solid {c.accent}; }}
    QHeaderView::section {{ background: {c.ground}; border: 0; border-bottom: 1px solid {c.line};
        border-right: 1px solid {c.line}; padding: 4px 6px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ border: 0; background: transparent; }}
    QScrollArea {{ border: 1px solid transparent; }}
    QScrollArea[kind="bare"] {{ border: 0; }}
    QScrollArea:focus {{ border: 1px solid {c.accent}; }}
    QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {c.line}; border-radius: 4px; margin: 2px; min-width: 28px;
        min-height: 28px; }}
    QScrollBar::handle:hover {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: {c.line}; }}
    """
