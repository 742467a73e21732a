"""Whom the money reaches, worked out when the sliders rest and only while someone looks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from shockplan.progress import Progress, silent
from ui.jobs import Job
from ui.reach_results import Group, Kind, Reach

if TYPE_CHECKING:
    from shockplan.plan import Plan
    from shockplan.texts import Language
    from ui.session.session import Session

KINDS = ("head_sex", "disabled", "size", "severity", "district")
MOST_DISTRICTS = 12
REST_MS = 150


class Reaching(QObject):
    """`found` carries a Reach of the plan that is shown."""

    found = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(REST_MS)
        self.timer.timeout.connect(self._start)

    def ask(self) -> None:
        """Work it out once nothing has moved for a moment: a slider comes first."""
        self.timer.start()

    def _start(self) -> None:
        made, language = self.session.made, self.session.words.language
        if made is None or not self.session.settled:
            return  # another plan is on its way, and asks when it is there
        plan = made.plan

        def work(progress: Progress) -> Reach:
            return reach_of(plan, language, progress)

        job = Job("ui.job.reach", "reach", work, self.found.emit, quiet=True, gives_way=True)
        self.session.jobs.start(job)


def reach_of(plan: "Plan", language: "Language", progress: Progress = silent) -> Reach:
    """Coverage by sex of head, disability, size, severity and district; spread, errors, demand."""
    from shockplan.areas import name_of
    from shockplan.effect import NEED_PATH, effect_of
    from shockplan.outputs.plan_equity import effect_sentences, group_name
    from ui.session.rule_making import rule_info

    effect, gazetteer = effect_of(plan, progress), plan.inputs.gazetteer
    kinds = []
    for code in KINDS:
        groups = [
            Group(
                name_of(gazetteer, group.group, language)
                if code == "district" and group.group
                else group_name(group, language),
                group.eligible,
                group.funded,
                group.coverage,
            )
            for group in effect.groups
            if group.kind == code and group.eligible
        ]
        if code == "district":
            groups.sort(key=lambda group: group.share or 0.0)
        most = MOST_DISTRICTS if code == "district" else len(groups)
        if groups:
            kinds.append(Kind(code, tuple(groups[:most]), max(0, len(groups) - most)))
    need = rule_info(plan, plan.inputs.spec.effect.need, NEED_PATH, language)
    return Reach(tuple(kinds), tuple(effect_sentences(effect, plan, language)), need)
