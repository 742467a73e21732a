"""Questions of one kind and the one that is looked at: what is known of it, and the answers as buttons."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from shockplan.texts import show_number
from ui.answer_card import AnswerCard
from ui.asking import Asked, Kind, Question
from ui.file_asking import ask_file, ask_where
from ui.label import label, one_line
from ui.session import Session
from ui.session.deciding import PLACE_SWITCHES
from ui.style import GAP, SPACE

MARKS = {"held": "‼", "open": "?", "noted": "·", "decided": "✓"}
FILES = {"places": ("*.toml", "places.toml")}
CSV = ("*.csv", ".csv")
TABLES = "*.csv *.xlsx *.ods *.gpkg *.geojson"


LEAST = 40  # of the list and of what is asked: the work bar must fit below on a small screen


class QuestionPanel(QWidget):
    """The list above, the question below. Answering goes on to the next one that is open."""

    counted = Signal(int)  # how many are open

    def __init__(self, session: Session, kind: Kind) -> None:
        super().__init__()
        self.session, self.words, self.kind = session, session.words, kind
        self.deciding = session.deciding
        self.asked = Asked(kind, (), 0, 0)
        self.shown: tuple[Question, ...] = ()
        self.counts = one_line("small")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.only_open = QCheckBox()
        self.list = QListWidget()
        self.list.setMinimumHeight(LEAST)
        self.list.setUniformItemSizes(True)
        self.list.setAlternatingRowColors(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.card = AnswerCard(self.words)
        self.switches = {name: QCheckBox() for name in PLACE_SWITCHES} if kind == "places" else {}
        self.take, self.write, self.table = QPushButton(), QPushButton(), QPushButton()
        self.table.setVisible(kind == "places")
        self.none = label("muted", wrap=True)
        self._lay_out()
        self._join()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addWidget(self.only_open)
        inside = QScrollArea()
        inside.setMinimumHeight(LEAST)
        inside.setWidgetResizable(True)
        inside.setFrameShape(QFrame.Shape.NoFrame)
        inside.setWidget(self.card)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.list)
        halves.addWidget(inside)
        halves.setSizes([100, 260])
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 3)
        halves.setChildrenCollapsible(False)
        files = QHBoxLayout()
        files.addWidget(self.counts, 1)
        for button in (self.table, self.take, self.write):
            button.setProperty("kind", "link")
            files.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for switch in self.switches.values():
            column.addWidget(switch)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addWidget(halves, 1)
        column.addLayout(files)
        column.setSpacing(SPACE)

    def _join(self) -> None:
        self.deciding.asked.connect(self._take_asked)
        self.list.currentRowChanged.connect(self._show_question)
        self.search.textChanged.connect(lambda text: self.show_list())
        self.only_open.toggled.connect(lambda on: self.show_list())
        self.card.answered.connect(self._answer)
        self.take.clicked.connect(self._ask_file)
        self.table.clicked.connect(self._ask_table)
        self.write.clicked.connect(self._ask_where)
        for name, switch in self.switches.items():
            switch.toggled.connect(lambda on, name=name: self.deciding.set_places(name, on))

    def ask(self) -> None:
        """Ask the session for the questions as they are now."""
        district = self.session.district if self.kind != "places" else ""
        self.deciding.ask(self.kind, district)

    def _take_asked(self, asked: object) -> None:
        if isinstance(asked, Asked) and asked.kind == self.kind:
            self.asked = asked
            for name, on in self.deciding.places().items() if self.switches else ():
                with QSignalBlocker(self.switches[name]):
                    self.switches[name].setChecked(on)
            self.show_list()
            self.counted.emit(asked.open)

    def show_list(self) -> None:
        """The questions that fit; the one that was looked at stays, else the first open one is shown."""
        before = self.question.key if self.question else ()
        place = self.list.currentRow()
        wanted = self.search.text().casefold().split()
        self.shown = tuple(
            each
            for each in self.asked.questions
            if (not self.only_open.isChecked() or each.level in ("held", "open"))
            and all(word in f"{each.title} {each.told} {' '.join(each.lines)}".casefold() for word in wanted)
        )
        with QSignalBlocker(self.list):
            self.list.clear()
            for each in self.shown:
                item = QListWidgetItem(f"{MARKS[each.level]}  {each.title}\n     {each.told}")
                item.setToolTip(f"{each.title}\n{each.told}")
                self.list.addItem(item)
        keys = [each.key for each in self.shown]
        still = keys.index(before) if before in keys else -1
        if still >= 0 and self.shown[still].level == "decided":
            still = next((n for n, each in enumerate(self.shown) if each.level in ("held", "open")), still)
        if still < 0 and keys:
            still = min(max(place, 0), len(keys) - 1)
        self.list.setCurrentRow(still)
        self._show_question(still)
        self.none.setVisible(not self.shown)
        args = {"open": self.asked.open, "total": self.asked.total, "shown": len(self.shown)}
        self.counts.setText(self.words("decide.counts", **{n: show_number(v) for n, v in args.items()}))

    @property
    def question(self) -> Question | None:
        row = self.list.currentRow()
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def _show_question(self, _row: int) -> None:
        self.card.show_question(self.question)

    def _answer(self, answer: str, values: object) -> None:
        if self.question is not None:
            assert isinstance(values, dict)
            self.deciding.answer(self.question, answer, values)

    def _ask_file(self) -> None:
        pattern = FILES.get(self.kind, CSV)[0]
        ask_file(self, self.take.text(), pattern, lambda path: self.deciding.take_decisions(self.kind, path))

    def _ask_table(self) -> None:
        ask_file(self, self.table.text(), TABLES, self.session.checking.take_villages)

    def _ask_where(self) -> None:
        pattern, name = FILES.get(self.kind, (CSV[0], f"{self.kind}{CSV[1]}"))
        ask_where(
            self,
            self.write.text(),
            name,
            pattern,
            lambda path: self.deciding.write_decisions(self.kind, path),
        )

    def retranslate(self) -> None:
        words = self.words
        self.search.setPlaceholderText(words("ui.table.search"))
        self.search.setAccessibleName(words("ui.table.search"))
        self.only_open.setText(words("decide.only_open"))
        self.list.setAccessibleName(words(f"decide.section.{self.kind}"))
        self.none.setText(words(f"decide.none.{self.kind}"))
        self.take.setText(words("decide.take"))
        self.write.setText(words("decide.write"))
        self.table.setText(words("decide.place.table"))
        self.table.setToolTip(words("decide.place.table.tip"))
        self.take.setToolTip(words("decide.take.tip"))
        self.write.setToolTip(words("decide.write.tip"))
        for name, switch in self.switches.items():
            switch.setText(words(f"decide.place.{name}"))
        self.card.retranslate()
        self.show_list()
