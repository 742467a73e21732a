"""The lists and the plan: everything is written into a folder, the same as `shockplan run`."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QPushButton

from ui.file_asking import ask_folder
from ui.label import label
from ui.pages.page import Page
from ui.paper_card import PaperCard
from ui.preview_window import PreviewWindow
from ui.results import Written
from ui.session import Session
from ui.style import SPACE


class PrintPage(Page):
    """`delivery_asked`: the person wants to see who pays where and when."""

    code = "print"
    delivery_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.draft = label("stamp")
        self.run_button = QPushButton()
        self.run_button.setProperty("kind", "main")
        self.run_button.clicked.connect(self.ask_for_folder)
        self.delivery = QPushButton()
        self.delivery.clicked.connect(self.delivery_asked)
        self.open_folder = QPushButton()
        self.preview_button = QPushButton()
        self.preview_button.clicked.connect(self.show_preview)
        self.preview: PreviewWindow | None = None
        self.open_folder.setEnabled(False)
        self.open_folder.clicked.connect(self._open_folder)
        self.written: Written | None = None
        self.files_title = label("heading")
        self.files = QListWidget()
        self.files.itemActivated.connect(lambda item: self._open(Path(item.data(Qt.ItemDataRole.UserRole))))
        self.dialog: QFileDialog | None = None
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.run_button)
        buttons.addWidget(self.open_folder)
        buttons.addStretch(1)
        self.body.addWidget(self.draft)
        self.body.addLayout(buttons)
        second = QHBoxLayout()
        second.setSpacing(SPACE)
        second.addWidget(self.preview_button)
        second.addWidget(self.delivery)
        second.addStretch(1)
        self.body.addLayout(second)
        self.paper = PaperCard(session)
        self.body.addWidget(self.paper)
        self.body.addWidget(self.files_title)
        self.body.addWidget(self.files, 20)
        self.body.addStretch(1)
        session.written.connect(self.show_written)
        self.retranslate()

    def ask_for_folder(self) -> None:
        """Open the folder dialog; it does not block."""
        self.dialog = ask_folder(self, self.words("ui.choose_folder"), self.session.run)

    def show_preview(self) -> None:
        """Open the preview beside the window."""
        if self.preview is None:
            self.preview = PreviewWindow(self.session, self)
        self.preview.begin()

    def show_written(self, written: Written) -> None:
        self.written = written
        self.files.clear()
        for path in written.files:
            inside = path.relative_to(written.folder) if path.is_relative_to(written.folder) else path
            self.files.addItem(str(inside))
            self.files.item(self.files.count() - 1).setData(Qt.ItemDataRole.UserRole, str(path))
        self.open_folder.setEnabled(True)
        self.retranslate()

    def show_results(self) -> None:
        results = self.session.results
        self.run_button.setEnabled(results is not None)
        self.delivery.setEnabled(results is not None)
        self.preview_button.setEnabled(results is not None)
        self.draft.setVisible(results is not None and not results.headline.approved)
        self.paper.setVisible(results is not None)
        self.paper.show_paper()

    def _open_folder(self) -> None:
        if self.written:
            self._open(self.written.folder)

    def _open(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def retranslate(self) -> None:
        super().retranslate()
        self.draft.setText(self.words("ui.stamp.draft"))
        self.run_button.setText(self.words("ui.run"))
        self.preview_button.setText(self.words("look.preview"))
        if self.preview is not None:
            self.preview.retranslate()
        self.open_folder.setText(self.words("ui.open_folder"))
        self.delivery.setText(self.words("deliver.open"))
        count = len(self.written.files) if self.written else 0
        self.files_title.setText(self.words("ui.files", count=count) if count else "")
        self.files.setVisible(count > 0)
        self.files.setAccessibleName(self.words("ui.files.name"))
        self.show_results()
