"""What the program is doing now, how far it is, how long it may take, and the way to stop it."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ui.jobs import Job, Jobs
from ui.label import framed, label
from ui.style import GAP, SPACE
from ui.words import Words

SAY_TIME_FROM_S = 2.0
SAY_MINUTES_FROM_S = 90
SAY_END_FROM_S = 1.0


class WorkBar(QWidget):
    """Visible while a job runs that a person would wait for. `said`: what it did, when it is done."""

    said = Signal(str)

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
        inside.addWidget(self.name, 1)
        inside.addWidget(self.bar, 2)
        inside.addWidget(self.left)
        inside.addWidget(self.stop)
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(box)
        jobs.started.connect(self.show_job)
        jobs.progressed.connect(self.show_share)
        jobs.ended.connect(self.tell_end)
        self.retranslate()
        self.hide()

    def show_job(self, job: Job) -> None:
        if job.quiet:
            return
        self.job = job
        self.started_at = time.monotonic()
        self.bar.setValue(0)
        self.left.setText("")
        self.retranslate()
        self.show()

    def show_share(self, share: float) -> None:
        if self.job is None:
            return
        self.bar.setValue(round(share * 1000))
        passed = time.monotonic() - self.started_at
        if passed >= SAY_TIME_FROM_S and 0.02 < share < 1:
            seconds = max(round(passed / share * (1 - share)), 1)
            if seconds < SAY_MINUTES_FROM_S:
                self.left.setText(self.words("ui.time_left", seconds=seconds))
            else:
                self.left.setText(self.words("ui.minutes_left", minutes=round(seconds / 60)))

    def tell_end(self, job: Job, how: str) -> None:
        """What the job did and how long it took; a fault is told elsewhere."""
        if job is not self.job:
            return
        self.job = None
        self.hide()
        took = time.monotonic() - self.started_at
        if how == "failed" or (how == "done" and took < SAY_END_FROM_S and job.kind != "open"):
            return
        self.said.emit(self.words(f"ui.work.{how}", job=self.words(job.name), seconds=f"{took:.1f}"))

    def retranslate(self) -> None:
        self.name.setText(self.words(self.job.name) if self.job else "")
        self.bar.setAccessibleName(self.words("ui.progress"))
        self.stop.setText(self.words("ui.cancel"))
