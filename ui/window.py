"""The window: head, steps, page, map and figures around one session."""

import sys
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.dropping import plan_dropped
from ui.figure_strip import FigureStrip
from ui.focus_sight import FocusSight
from ui.fonts import load_fonts
from ui.head_bar import HeadBar
from ui.help_window import HelpWindow
from ui.jobs import TURN_S
from ui.layouts import bare_area
from ui.map_panel import MapPanel
from ui.message_bar import CrashDialog, MessageBar
from ui.messages import CrashReport, Message, Messages, crash_report
from ui.page_area import PageArea
from ui.pages.approve import ApprovePage
from ui.pages.check import CheckPage
from ui.pages.compare import ComparePage
from ui.pages.delivery import DeliveryPage
from ui.pages.how_much import HowMuchPage
from ui.pages.new_plan import NewPlanPage
from ui.pages.page import Page
from ui.pages.plan_file import PlanFilePage
from ui.pages.print_page import PrintPage
from ui.pages.registry import TABLES, RegistryPage
from ui.pages.situation import SituationPage
from ui.pages.start import StartPage
from ui.pages.who import WhoPage
from ui.passphrase import WorkbookPasswords, passphrase_dialog
from ui.remembered import Remembered, of_this_person
from ui.seal_dialog import SealDialog
from ui.session import Session
from ui.session.noting import note, note_crash
from ui.step_rail import StepRail
from ui.style import Theme, dress
from ui.words import Words
from ui.work_bar import WorkBar

PAGES: tuple[type[Page], ...] = (
    SituationPage,
    RegistryPage,
    WhoPage,
    CheckPage,
    HowMuchPage,
    ApprovePage,
    PrintPage,
)
BESIDE: tuple[type[Page], ...] = (ComparePage, PlanFilePage)
PAGE_WIDTH = 470
LEAST_PAGE_WIDTH = 430
START, WORK, NEW = 0, 1, 2


class Window(QMainWindow):
    """Puts the parts in their places and joins them to the session."""

    def __init__(self, family: str, remembered: Remembered) -> None:
        super().__init__()
        self.family, self.remembered = family, remembered
        self.theme: Theme = remembered.theme
        self.setAcceptDrops(True)
        self.save_dialog: QFileDialog | None = None
        self.help: HelpWindow | None = None
        self.sight: FocusSight | None = None
        self.just_opened = False
        self.words = Words(remembered.language, self)
        self.messages = Messages()
        self.messages.tell = self.tell
        self.session = Session(self.words, self.messages, self)
        self.passwords = WorkbookPasswords(self, self.session)
        self.head = HeadBar(self.session)
        self.message_bar = MessageBar(self.words)
        self.start = StartPage(self.session, remembered)
        self.new_plan = NewPlanPage(self.session)
        self.pages = [page(self.session) for page in (*PAGES, *BESIDE)]
        self.delivery = DeliveryPage(self.session)
        self.rail = StepRail(self.words, [page.code for page in PAGES], [page.code for page in BESIDE])
        self.map = MapPanel(self.session)
        self.strip = FigureStrip(self.words)
        self.work = WorkBar(self.words, self.session.jobs)
        self._lay_out()
        self._join()
        self.retranslate()
        self.show_session()
        self.resize(1366, 768 - 40)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self.stack.addWidget(self.delivery)
        self.halves = QSplitter(Qt.Orientation.Horizontal)
        self.halves.addWidget(PageArea(self.stack, LEAST_PAGE_WIDTH))
        self.halves.addWidget(self.map)
        self.halves.setSizes([PAGE_WIDTH, 1366 - PAGE_WIDTH])
        self.halves.setStretchFactor(1, 1)
        self.halves.setChildrenCollapsible(False)
        work = QWidget()
        across = QHBoxLayout(work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addWidget(self.halves, 1)
        self.outer = QStackedWidget()
        self.outer.addWidget(self.start)
        self.outer.addWidget(work)
        self.outer.addWidget(self.new_plan)
        whole = QWidget()
        down = QVBoxLayout(whole)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addWidget(self.head)
        down.addWidget(self.message_bar)
        down.addWidget(self.outer, 1)
        down.addWidget(self.strip)
        down.addWidget(self.work)
        self.setCentralWidget(bare_area(whole))  # a screen at 150 % may have no room for all of it

    def _join(self) -> None:
        self.session.changed.connect(self.show_session)
        self.rail.chosen.connect(self.stack.setCurrentIndex)
        self.stack.currentChanged.connect(self._show_delivery)
        self.map.households_asked.connect(self.list_selection)
        for page in self.pages:
            if isinstance(page, RegistryPage):
                page.take_layouts(self.remembered.layouts(TABLES))
                page.laid_out.connect(self.remembered.keep_layout)
            if isinstance(page, PrintPage):
                page.delivery_asked.connect(lambda: self.stack.setCurrentWidget(self.delivery))
                self.delivery.left.connect(lambda page=page: self.stack.setCurrentWidget(page))
        self.strip.problems_asked.connect(lambda: self.go("check"))
        self.head.start_asked.connect(lambda: self.outer.setCurrentIndex(START))
        self.outer.currentChanged.connect(lambda number: self.show_strip())
        self.start.new_asked.connect(self.begin_plan)
        self.new_plan.left.connect(lambda: self.outer.setCurrentIndex(START))
        self.head.save_asked.connect(self.ask_where_to_save)
        self.head.help_asked.connect(self.show_help)
        self.head.language_asked.connect(
            lambda: self.words.switch("lo" if self.words.language == "en" else "en")
        )
        self.head.theme_asked.connect(lambda: self.wear("dark" if self.theme == "light" else "light"))
        self.words.changed.connect(self.retranslate)
        self.session.opened.connect(self.remembered.opened)
        self.session.passphrase_wanted.connect(self.ask_for_passphrase)
        self.session.plan_file.gone.connect(lambda: self.outer.setCurrentIndex(START))
        self.session.opened.connect(lambda path: self.start.retranslate())
        self.session.opened.connect(lambda path: self.show_work())
        self.session.opened.connect(lambda path: self.note_opening())
        self.words.changed.connect(lambda: self.strip.say(""))
        self.work.said.connect(self.tell_work)
        self.start.left.connect(self.show_work)
        key = QKeySequence.StandardKey
        for keys, act in (
            (key.New, self.begin_plan),
            (key.Open, self.start.ask_for_plan),
            (key.Print, self.show_preview),
            (Qt.Key.Key_F6, self.change_side),
            (Qt.Key.Key_Escape, self.message_bar.dismiss),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def tell_work(self, sentence: str) -> None:
        """What a job did; of reading also what was read."""
        results = self.session.results
        if results is not None and self.just_opened:
            figures = results.figures
            counts = {"read": figures.households_read, "rejected": figures.rejected}
            sentence += " " + self.words("ui.work.read", **counts, problems=len(results.findings))
        self.just_opened = False
        self.strip.say(sentence)

    def note_opening(self) -> None:
        self.just_opened = True

    def show_work(self) -> None:
        """The pages of the plan that is open."""
        if self.session.results is not None:
            self.outer.setCurrentIndex(WORK)

    def show_preview(self) -> None:
        """The papers of the plan as they will be printed."""
        if self.session.results is not None:
            self.print_page.show_preview()

    def change_side(self) -> None:
        """The keyboard goes from the page to the map, and back."""
        page = self.stack.currentWidget()
        focused = self.focusWidget()
        if focused is not None and self.map.isAncestorOf(focused):
            first = page.nextInFocusChain()
            while first is not page and not (
                page.isAncestorOf(first)
                and first.isVisible()
                and first.focusPolicy() & Qt.FocusPolicy.TabFocus
                and not isinstance(first, QScrollArea)
            ):
                first = first.nextInFocusChain()
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.map.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_help(self) -> None:
        """The manual at the page of the moment; it stays open beside the work."""
        if self.help is None:
            self.help = HelpWindow(self.words, self)
        page = self.pages[self.stack.currentIndex()].code if self.outer.currentIndex() == WORK else "start"
        self.help.open_at(page)

    def _show_delivery(self, number: int) -> None:
        """The delivery is on the map while its page is looked at."""
        if self.stack.widget(number) is self.delivery:
            self.delivery.enter()
        elif self.delivery.measure_before:
            self.delivery.leave()

    def begin_plan(self) -> None:
        """Show the form of a new plan."""
        self.outer.setCurrentIndex(NEW)

    def ask_where_to_save(self) -> None:
        """Open the dialog for the plan file; it does not block."""
        results = self.session.results
        if results is None:
            return
        dialog = QFileDialog(self, self.words("ui.head.save"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDirectory(str(results.plan_path.parent))
        dialog.setNameFilter(self.words("ui.plan_files") + " (*.shockplan *.toml)")
        dialog.setDefaultSuffix("shockplan")
        dialog.fileSelected.connect(lambda name: self.save_as(Path(name)))
        self.save_dialog = dialog
        dialog.open()

    def save_as(self, path: Path) -> None:
        """Save under a name; for one file with everything in it, ask for its passphrase first."""
        if path.suffix.lower() != ".shockplan":
            self.session.save(path)
            return
        self.seal_dialog = SealDialog(self, self.words, lambda secret: self.session.save(path, secret))
        self.seal_dialog.open()

    def ask_for_passphrase(self, wanted: Any) -> None:
        """Ask for the passphrase of a workspace (its path) or of a leftover; it does not block."""
        path = wanted if isinstance(wanted, Path) else wanted.plan

        def take(passphrase: str) -> None:
            if isinstance(wanted, Path):
                self.session.open_plan(wanted, passphrase)
            else:
                self.session.filing.recover(wanted, passphrase)

        self.passphrase_dialog = passphrase_dialog(
            self, self.words("ui.passphrase"), self.words("ui.passphrase.workspace", file=path.name), take
        )

    @property
    def print_page(self) -> PrintPage:
        """The page from which papers are printed."""
        return next(page for page in self.pages if isinstance(page, PrintPage))

    def go(self, code: str) -> None:
        """Show the page of that name."""
        self.rail.go([page.code for page in self.pages].index(code))

    def list_selection(self) -> None:
        """Show the households of the chosen districts."""
        self.go("registry")
        for page in self.pages:
            if isinstance(page, RegistryPage):
                page.show_selection()

    def tell(self, message: Message | CrashReport) -> None:
        """Show a message beside the work, or open the crash report."""
        if isinstance(message, Message):
            self.message_bar.show_message(message)
        else:
            CrashDialog(message, self.words, self, self.session.filing.way_back).open()

    def show_session(self) -> None:
        self.strip.show_results(self.session.results)
        self.show_strip()

    def show_strip(self) -> None:
        """The figures of the plan stand under its pages, not under those before it."""
        self.strip.setVisible(self.session.results is not None and self.outer.currentIndex() == WORK)

    def wear(self, theme: Theme) -> None:
        """Change to light or dark."""
        self.theme = theme
        self.remembered.keep("theme", theme)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app, theme, self.family)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle("ShockPlan")
        self.remembered.keep("language", self.words.language)
        for part in (
            self.head,
            self.message_bar,
            self.start,
            self.new_plan,
            self.delivery,
            self.rail,
            self.map,
            self.strip,
            self.work,
        ):
            part.retranslate()
        for page in self.pages:
            page.retranslate()
        if self.help is not None:
            self.help.retranslate()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if plan_dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a plan file that is dropped on the window."""
        path = plan_dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.session.open_plan(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the work before the window goes; what stands beside it goes too."""
        for beside in (self.help, self.print_page.preview):
            if beside is not None:
                beside.close()
        self.session.close()
        super().closeEvent(event)


def make_window(app: QApplication, remembered: Remembered | None = None) -> Window:
    """A dressed window, not yet shown."""
    sys.setswitchinterval(TURN_S)  # Python's own 5 ms a turn add up to a visible wait while others work
    family, kept = load_fonts(), remembered or Remembered()
    dress(app, kept.theme, family)
    window = Window(family, kept)
    window.sight = FocusSight(app, window)
    return window


READ_AHEAD_MS = 400


def open_window(plan_path: Path | None) -> int:
    """Open the window and stay until it is closed. Gives the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("ShockPlan")
    window = make_window(app, of_this_person())

    def on_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        note_crash(error)
        sys.__excepthook__(kind, error, trace)
        window.tell(crash_report(error))

    sys.excepthook = on_crash
    window.session.changed.connect(lambda: note("plan_shown"))
    window.show()
    QTimer.singleShot(0, lambda: note("window_shown"))
    if plan_path is not None:
        window.session.open_plan(plan_path)
    else:
        QTimer.singleShot(READ_AHEAD_MS, lambda: Thread(target=read_ahead).start())
    return app.exec()


def read_ahead() -> None:
    """Import what opening a plan will want, while the person looks for it."""
    import_module("ui.session.result_making")
