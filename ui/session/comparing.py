"""Comparing the plan with another: as it was opened, a scenario kept on the way, or a plan file."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from shockplan.progress import Progress, part
from ui.results import Alternative, Column, Compared, Table
from ui.session.map_making import DELIVERY, MapChoice, MapGlance
from ui.session.unlocking import Unlocking
from ui.session.work import Made, gathered, read_and_plan

if TYPE_CHECKING:
    import pandas as pd

    from maps.scene import Scene
    from shockplan.alternatives import Outcome
    from shockplan.difference import Difference
    from shockplan.document import Document
    from shockplan.plan import Plan
    from shockplan.texts import Language
    from ui.session.session import Session

FIGURES = (
    "eligible",
    "verify",
    "not_eligible",
    "funded",
    "waiting",
    "cut",
    "people_funded",
    "budget_kip",
    "reserve_kip",
    "set_aside_kip",
    "committed_kip",
    "fees_kip",
    "remaining_kip",
)
STATUSES = ("not_eligible", "verify", "cut", "waiting", "funded")
CHANGES = ("added", "removed", "more", "less", "moved")


@dataclass(frozen=True)
class Scenario:
    """A state of the plan that was kept under a name."""

    name: str
    document: "Document"


Against = int | Path
"""With what the plan is compared: 0 as it was opened, n the n-th scenario, or a plan file."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a job hands back: the plan that was compared, with what, and what differs."""

    made: Made
    against: Against
    before: "Plan"
    compared: Compared
    scene: "Scene"


class Comparison(QObject):
    """`compared` when another comparison is there (or none); `kept` when the scenarios have changed;

    `passphrase_wanted` carries the path of an encrypted plan to compare with. A file is read once; no
    passphrase is kept.
    """

    compared = Signal()
    kept = Signal()
    passphrase_wanted = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.scenarios: list[Scenario] = []
        self.opened: Document | None = None
        self.against: Against = 0
        self.file: tuple[Path, Plan] | None = None  # the plan file that one compares with, as it was read
        self.wanted, self.on_map = False, False
        self.result: Compared | None = None
        self.alternatives: tuple[Alternative, ...] = ()
        self.scene: Scene | None = None
        self.shown: object = None
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)

    def keep(self, name: str) -> None:
        """Keep the plan of the moment as a scenario; a name that is there already is replaced."""
        document = self.session.history.now
        if document is not None and name.strip():
            others = [each for each in self.scenarios if each.name != name.strip()]
            self.scenarios = [*others, Scenario(name.strip(), document)]
            self.session.holding.keep_scenario(name.strip(), document)
            self.kept.emit()

    def forget(self, number: int) -> None:
        """Drop a scenario (counted from 1)."""
        gone = self.scenarios.pop(number - 1)
        self.session.holding.drop_scenario(gone.name)
        if self.against == number:
            self.against = 0
        elif isinstance(self.against, int) and self.against > number:
            self.against -= 1
        self.kept.emit()
        self.compare()

    def go_to(self, number: int) -> None:
        """Make the plan what the scenario is; undo comes back."""
        self.session.take_document(self.scenarios[number - 1].document)

    def want(self, wanted: bool) -> None:
        """Whether someone looks: then the comparison follows the plan."""
        self.wanted = wanted
        if wanted and self.shown is not self.session.made:
            self.compare()

    def compare_with(self, against: Against, passphrase: str | None = None) -> None:
        """Compare with another state; a file that cannot be read leaves the comparison as it is."""
        if isinstance(against, Path):
            locked = passphrase is None and self.session.filing.is_locked(against)
            if locked is None:
                return
            if locked:
                self.passphrase_wanted.emit(against)
                return
            self.file = None
        self._compare(against, passphrase)

    def show_on_map(self, on: bool) -> None:
        """The map shows the difference instead of the plan."""
        self.on_map = on
        self._put_on_map()

    def compare(self) -> None:
        """Work the other plan out, and what differs."""
        self._compare(self.against)

    def _compare(self, against: Against, passphrase: str | None = None) -> None:
        made, other = self.session.made, self._other(against)
        if made is None or other is None:
            return
        choice, language = self.session.map_choice, self.session.words.language
        glance = self.session.looking.glance

        def work(progress: Progress) -> Found:
            step, unlocking = part(progress, 0, 0.6), self.session.unlocking
            before = other_plan(made, other, glance, language, step, unlocking, passphrase)
            name = against.name if isinstance(against, Path) else ""
            progress(0.7)
            result = compared(before, made.plan, name)
            return Found(made, against, before, result, difference_scene(before, made.plan, choice, language))

        self.session.start_job("ui.job.compare", "compare", work, self._take)

    def compare_ways(self) -> None:
        """The plan under each way of fitting, and the scenarios, side by side."""
        made = self.session.made
        if made is None:
            return
        scenarios = list(self.scenarios)

        def work(progress: Progress) -> tuple[Alternative, ...]:
            return alternatives_of(made.plan, scenarios, progress)

        self.session.start_job("ui.job.ways", "ways", work, self._take_ways)

    def _other(self, against: Against) -> "Document | Plan | Path | None":
        if isinstance(against, Path):
            known = self.file is not None and self.file[0] == against
            return self.file[1] if self.file is not None and known else against
        self.against = against
        if 1 <= against <= len(self.scenarios):
            return self.scenarios[against - 1].document
        return self.opened

    def _take(self, found: Any) -> None:
        assert isinstance(found, Found)
        self.against = found.against
        self.file = (found.against, found.before) if isinstance(found.against, Path) else None
        self.shown, self.result, self.scene = found.made, found.compared, found.scene
        self.compared.emit()
        self._put_on_map()

    def _take_ways(self, found: Any) -> None:
        self.alternatives = found
        self.compared.emit()

    def _put_on_map(self) -> None:
        made = self.session.made
        if made is not None:
            fits = self.on_map and self.scene is not None and self.shown is made
            self.session.show_scene(self.scene if fits else None)

    def _opened(self, path: Path) -> None:
        self.opened = self.session.history.now
        kept = self.session.holding.scenarios()
        self._begin_with([Scenario(name, document) for name, document in kept])

    def let_go(self) -> None:
        """Keep nothing of the plan that was open."""
        self.opened = None
        self._begin_with([])
        self.compared.emit()

    def _begin_with(self, scenarios: list[Scenario]) -> None:
        self.scenarios = scenarios
        self.against, self.on_map, self.file = 0, False, None
        self.result, self.scene, self.alternatives, self.shown = None, None, (), None
        self.kept.emit()

    def go_on_from(self, opened: "Document | None") -> None:
        """The plan moved to another file: what it was when it was opened stays what one compares with."""
        self.opened = opened or self.opened

    def _changed(self) -> None:
        if self.session.made is None:
            self.let_go()
        if self.wanted and self.session.made is not self.shown:
            self.compare()


def other_plan(
    made: Made,
    other: "Document | Plan | Path",
    glance: MapGlance,
    language: "Language",
    progress: Progress,
    unlocking: Unlocking,
    passphrase: str | None = None,
) -> "Plan":
    """The plan to compare with; of another state of the same plan only what differs is worked out."""
    from shockplan.document import Document
    from shockplan.plan import make_plan

    if isinstance(other, Path):
        return read_and_plan(other, language, glance, progress, unlocking, passphrase).plan
    if not isinstance(other, Document):
        return other
    if other == made.plan.inputs.document:
        return made.plan
    inputs = gathered(made.opened, other, made.plan.inputs, part(progress, 0, 0.5), unlocking)
    return make_plan(inputs, part(progress, 0.5, 1), before=made.plan)


def compared(before: "Plan", after: "Plan", file: str) -> Compared:
    """The figures of both, and everyone for whom something changes."""
    from shockplan.difference import difference

    old, new = before.summary.as_json(), after.summary.as_json()
    found = difference(before, after)
    counts = found.households["change"].value_counts()
    return Compared(
        file=file,
        figures=tuple((name, int(old[name]), int(new[name])) for name in FIGURES),
        counts=tuple(int(counts.get(change, 0)) for change in CHANGES),
        households=household_changes(found, after),
        rows=rows_in(after, found.households["household_id"].astype(str)),
        villages=village_changes(found, after),
        funds=fund_changes(found, before, after),
    )


def household_changes(found: "Difference", after: "Plan") -> Table:
    """One row a household that is paid otherwise."""
    table = found.households
    english, lao = names_of_villages(after, table["village"].to_numpy())
    columns = (
        Column("household_id", "code", table["household_id"].array),
        Column("change", "enum", coded(table["change"], CHANGES), enum="change"),
        Column("old_kip", "kip", table["old_kip"].to_numpy()),
        Column("new_kip", "kip", table["new_kip"].to_numpy()),
        Column("old_status", "enum", coded(table["old_status"], STATUSES), enum="status"),
        Column("new_status", "enum", coded(table["new_status"], STATUSES), enum="status"),
        Column("village", "text", english, lao=lao),
    )
    return Table(columns, len(table))


def rows_in(plan: "Plan", ids: "pd.Series") -> Any:
    """(n,) the row of each household in the plan, the first of several; -1 where it is gone."""
    import pandas as pd  # not before the window is shown

    own = plan.inputs.registry.households["household_id"].astype(str)
    first = pd.Series(np.arange(len(own)), index=own)
    first = first[~first.index.duplicated()]
    return first.reindex(ids).fillna(-1).to_numpy(dtype=np.int64)


def coded(texts: Any, names: tuple[str, ...]) -> Any:
    """Words as their places in the list; a word that is not in it is blank."""
    places = {name: float(place) for place, name in enumerate(names)}
    return texts.map(places).to_numpy(dtype=np.float64)


def names_of_villages(plan: "Plan", keys: Any) -> tuple[Any, Any]:
    """(n,) English and Lao names of village keys; the key itself where there is none."""
    villages = plan.inputs.registry.villages
    english = dict(zip(villages["key"], villages["name_en"], strict=True))
    lao = dict(zip(villages["key"], villages["name_lo"], strict=True))
    named = [np.array([names.get(key, key) for key in keys], dtype=object) for names in (english, lao)]
    return named[0], named[1]


def village_changes(found: "Difference", after: "Plan") -> Table:
    table = found.villages
    english, lao = names_of_villages(after, table["village"].to_numpy())
    columns = (
        Column("village", "text", english, lao=lao),
        *(Column(f"change_{name}", "count", table[name].to_numpy()) for name in CHANGES),
        Column("old_kip", "kip", table["old_kip"].to_numpy()),
        Column("new_kip", "kip", table["new_kip"].to_numpy()),
        Column("change_kip", "kip", table["change_kip"].to_numpy()),
    )
    return Table(columns, len(table))


def fund_changes(found: "Difference", before: "Plan", after: "Plan") -> Table:
    table = found.funds
    specs = {fund.id: fund for plan in (before, after) for fund in plan.inputs.spec.funds}
    english = np.array([specs[each].name for each in table["fund"]], dtype=object)
    lao = np.array([specs[each].name_lo or specs[each].name for each in table["fund"]], dtype=object)
    columns = (
        Column("fund", "text", english, lao=lao),
        Column("old_households", "count", table["old_households"].to_numpy()),
        Column("new_households", "count", table["new_households"].to_numpy()),
        Column("old_kip", "kip", table["old_kip"].to_numpy()),
        Column("new_kip", "kip", table["new_kip"].to_numpy()),
        Column("change_kip", "kip", table["change_kip"].to_numpy()),
    )
    return Table(columns, len(table))


def difference_scene(before: "Plan", after: "Plan", choice: MapChoice, language: "Language") -> "Scene":
    from maps.compare import compare_scene

    measure = "funded" if choice.measure == DELIVERY else choice.measure
    return compare_scene(before, after, language, measure)


def alternatives_of(plan: "Plan", scenarios: list[Scenario], progress: Progress) -> tuple[Alternative, ...]:
    """The plan as it is, each scenario, and the plan under each quick way of fitting."""
    from shockplan.alternatives import compare_fits, outcome, outcomes

    specs = [(each.name, each.document.spec) for each in scenarios]
    own = replace(outcome("", plan), name="")
    kept = tuple(outcomes(plan, specs, part(progress, 0, 0.4)))
    fits = compare_fits(plan, progress=part(progress, 0.4, 1))
    return (
        alternative("now", "", own),
        *(alternative("scenario", each.name, each) for each in kept),
        *(alternative("fit", each.name, each) for each in fits),
    )


def alternative(kind: Any, name: str, found: "Outcome") -> Alternative:
    return Alternative(
        kind,
        name,
        found.funded,
        found.waiting,
        found.people,
        found.committed_kip,
        found.remaining_kip,
        found.kip_per_household,
        possible=not found.problems,
    )
