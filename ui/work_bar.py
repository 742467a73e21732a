"""What the program is doing now, how far it is, how long it may take, and the way to stop it."""

import time

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ui.jobs import Job, Jobs
from ui.label import framed, label
from ui.style import GAP, SPACE
from ui.words import Words

SAY_TIME_FROM_S = 2.0


class WorkBar(QWidget):
    """Visible while a job runs that a person would wait for."""

    def __init__(self, words: Words, jobs: Jobs) -> None:
        super().__init__()
        self.words = words
        self.job: Job | None = None
        self.started_at = 0.0
        self.name = label()
        self.left = label("muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(10)
        self.stop = QPushButton()
        self.stop.clicked.connect(jobs.cancel)
        box = framed("strip")
        inside = QHBoxLayout(box)
        inside.setContentsMargins(SPACE, GAP, SPACE, GAP)
        inside.setSpacing(SPACE)
        inside.addWidget(self.name)
        inside.addWidget(self.bar, 1)
        inside.addWidget(self.left)
        inside.addWidget(self.stop)
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)
        jobs.started.connect(self.show_job)
        jobs.progressed.connect(self.show_share)
        jobs.idle.connect(self.hide_job)
        self.retranslate()
        self.hide()

    def show_job(self, job: Job) -> None:
        self.job = None if job.quiet else job
        self.started_at = time.monotonic()
        self.bar.setValue(0)
        self.left.setText("")
        self.retranslate()
        self.setVisible(not job.quiet)

    def show_share(self, share: float) -> None:
        self.bar.setValue(round(share * 1000))
        passed = time.monotonic() - self.started_at
        if passed >= SAY_TIME_FROM_S and 0.02 < share < 1:
            seconds = max(round(passed / share * (1 - share)), 1)
            self.left.setText(self.words("ui.time_left", seconds=seconds))

    def hide_job(self) -> None:
        self.job = None
        self.hide()

    def retranslate(self) -> None:
        self.name.setText(self.words(self.job.name) if self.job else "")
        self.bar.setAccessibleName(self.words("ui.progress"))
        self.stop.setText(self.words("ui.cancel"))
