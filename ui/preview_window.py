"""Print preview: any paper of the plan as it will come out of the printer, and the printer itself."""

from pathlib import PurePosixPath

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QCloseEvent, QImage, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.comparison_row import tool
from ui.icon import icon
from ui.label import framed, label
from ui.number_box import WholeBox
from ui.session import Session
from ui.session.previewing import PageImage
from ui.style import GAP, ICON, SPACE

SIZE = QSize(900, 660)
ZOOMS = (50, 75, 100, 125, 150, 200)
FIT_WIDTH = 0
SCREEN_DOTS, PRINTER_DOTS = 96.0, 200.0
MARGIN = 40


class PreviewWindow(QWidget):
    """A window of its own beside the plan; the paper is forgotten when it closes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.session, self.words, self.preview = session, session.words, session.preview
        self.pages, self.image = 0, None
        self.paper, self.zoom, self.number = QComboBox(), QComboBox(), WholeBox()
        self.before, self.after, self.print = tool(), tool(), QPushButton()
        self.of, self.told = label("muted"), label("muted", wrap=True)
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setWidget(self.sheet)
        self.dialog: QPrintDialog | None = None
        self.printing: tuple[QPrinter, QPainter, int, int] | None = None
        self._lay_out()
        self._join()
        self.resize(SIZE)
        self.retranslate()

    def _lay_out(self) -> None:
        bar = framed("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(SPACE, GAP, SPACE, GAP)
        self.paper.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.paper.setMinimumContentsLength(24)
        row.addWidget(self.paper, 1)
        for widget in (self.before, self.number, self.of, self.after, self.zoom, self.print):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.told)
        column.addWidget(self.scroll, 1)
        self.zoom.addItem("", FIT_WIDTH)
        for percent in ZOOMS:
            self.zoom.addItem(f"{percent} %", percent)

    def _join(self) -> None:
        self.paper.activated.connect(lambda number: self.preview.open(self.paper.itemData(number)))
        self.number.valueChanged.connect(lambda number: self.show_page())
        self.zoom.activated.connect(lambda number: self.show_page())
        self.before.clicked.connect(lambda: self.number.setValue(self.number.value() - 1))
        self.after.clicked.connect(lambda: self.number.setValue(self.number.value() + 1))
        self.print.clicked.connect(self.ask_printer)
        self.preview.listed.connect(self.show_papers)
        self.preview.opened.connect(self.show_paper)
        self.preview.shown.connect(self.show_image)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Print), self).activated.connect(self.ask_printer)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)

    def begin(self) -> None:
        """Show the window with the papers of the plan as it is now."""
        self.preview.list()
        self.show()
        self.raise_()

    def show_papers(self, names: tuple[str, ...]) -> None:
        """The papers that there are; the one looked at before is opened anew, else the first."""
        held = self.paper.currentData()
        self.paper.clear()
        for name in names:
            self.paper.addItem(self.paper_name(name), name)
        self.paper.setCurrentIndex(max(0, self.paper.findData(held)))
        if names:
            self.preview.open(self.paper.currentData())

    def paper_name(self, name: str) -> str:
        """What a paper is, in words: its kind, its district, its round, its language."""
        stem, language = PurePosixPath(name).stem.rsplit(".", 1)
        kind, district, number = kind_of_paper(stem)
        results = self.session.results
        names = results.district_names.get(district, ("", "")) if results else ("", "")
        parts = [self.words(f"look.paper.{kind}"), self.words.pick(*names) or district]
        if number:
            parts.append(self.words("look.paper.round", number=number))
        parts.append(self.words(f"look.paper.{language}"))
        return " · ".join(part for part in parts if part)

    def show_paper(self, name: str, pages: int) -> None:
        self.pages = pages
        self.number.setRange(1, max(1, pages))
        self.number.setValue(1)
        self.of.setText(self.words("look.pages", count=pages))
        self.show_page()

    def show_page(self) -> None:
        """Ask for the picture of the page in the chosen size."""
        number = self.number.value()
        self.before.setEnabled(number > 1)
        self.after.setEnabled(number < self.pages)
        if self.pages:
            self.preview.show_page(number - 1, self.dots())

    def dots(self) -> float:
        """Pixels an inch: the zoom, or what fits the width of an A4 page."""
        ratio = self.devicePixelRatioF()
        percent = self.zoom.currentData()
        if percent != FIT_WIDTH:
            return SCREEN_DOTS * float(percent) / 100 * ratio
        inches = self.image.inches[0] if self.image else 8.27
        return max(40.0, (self.scroll.viewport().width() - MARGIN) / inches) * ratio

    def show_image(self, image: PageImage) -> None:
        if image.number != self.number.value() - 1:
            return
        before, self.image = self.image, image
        pixmap = QPixmap.fromImage(picture_of(image))
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.sheet.setPixmap(pixmap)
        self.sheet.setAccessibleName(f"{self.paper.currentText()}, {self.number.value()} / {self.pages}")
        if self.zoom.currentData() == FIT_WIDTH and (before is None or before.inches != image.inches):
            self.show_page()

    def ask_printer(self) -> None:
        """Open the printer's dialog; it does not block."""
        if not self.pages:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setMinMax(1, self.pages)
        dialog.accepted.connect(lambda: self.print_with(printer))
        self.dialog = dialog
        dialog.open()

    def print_with(self, printer: QPrinter) -> None:
        """Print the pages that were asked for, one picture after the other."""
        first, last = printer.fromPage() or 1, printer.toPage() or self.pages
        painter = QPainter(printer)
        self.printing = (printer, painter, first, last)
        self.preview.page_for_print(first - 1, PRINTER_DOTS, self._print_page)

    def _print_page(self, image: PageImage) -> None:
        if self.printing is None:
            return
        printer, painter, first, last = self.printing
        area = printer.pageLayout().paintRectPixels(printer.resolution())
        fit = min(area.width() / image.width, area.height() / image.height)
        painter.drawImage(QRectF(0, 0, image.width * fit, image.height * fit), picture_of(image))
        number = image.number + 1
        if number < last:
            printer.newPage()
            self.preview.page_for_print(number, PRINTER_DOTS, self._print_page)
            return
        painter.end()
        self.printing = None
        self.session.say("done", "look.printed", pages=last - first + 1)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The paper is forgotten."""
        self.preview.forget()
        self.sheet.clear()
        self.pages, self.image = 0, None
        super().closeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle(self.words("look.preview"))
        self.scroll.setAccessibleName(self.words("look.preview"))
        self.print.setText(self.words("look.print"))
        self.zoom.setItemText(0, self.words("look.fit_width"))
        self.told.setText("")
        self.told.hide()
        self.of.setText(self.words("look.pages", count=self.pages))
        colour = self.palette().text().color().name()
        named = (
            (self.paper, "look.paper"),
            (self.zoom, "look.zoom"),
            (self.number, "look.page"),
            (self.before, "look.page_before"),
            (self.after, "look.page_after"),
        )
        for widget, code in named:
            widget.setAccessibleName(self.words(code))
            widget.setToolTip(self.words(code))
        for button, name in ((self.before, "up"), (self.after, "down")):
            button.setIcon(icon(name, colour))
            button.setIconSize(QSize(ICON, ICON))


def kind_of_paper(stem: str) -> tuple[str, str, int]:
    """(kind, district, round) of `LA1701-slips-R1`; the round is 0 where the paper has none."""
    if stem in ("plan", "atlas"):
        return stem, "", 0
    if stem.startswith("team-") or not stem.startswith("LA"):
        return "route", stem.removeprefix("team-"), 0
    district, *parts = stem.split("-")
    number = next((int(part[1:]) for part in parts if part[:1] == "R" and part[1:].isdigit()), 0)
    words = [part for part in parts if not (part[:1] == "R" and part[1:].isdigit())]
    kinds = {"V": "verify", "slips": "slips", "notice": "notice", "labels": "labels"}
    return kinds.get(words[0], "list") if words else "list", district, number


def picture_of(image: PageImage) -> QImage:
    """The pixels as Qt's image."""
    form = QImage.Format.Format_RGB888
    return QImage(image.pixels, image.width, image.height, image.width * 3, form).copy()
