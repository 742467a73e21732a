"""Which PDFs a plan gives, and writing them: the plan, what the teams of a district carry, their routes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from shockplan.budget import Status
from shockplan.outputs.cash_xlsx import paid_in_cash
from shockplan.outputs.district_pack import Control
from shockplan.outputs.drawing import MapDrawer
from shockplan.outputs.labels_pdf import write_labels_pdf
from shockplan.outputs.lines import last_round, paid_rows, village_lists
from shockplan.outputs.list_pdf import write_list_pdf
from shockplan.outputs.notice_pdf import write_notice_pdf
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.outputs.route_pdf import write_route_pdf
from shockplan.outputs.routes import Visit, visits
from shockplan.outputs.slip_pdf import write_slip_pdf
from shockplan.outputs.staging import Staging, naming
from shockplan.outputs.verify_pdf import write_verify_pdf
from shockplan.progress import Progress, part
from shockplan.texts import Language
from shockplan.visits import visit_table

if TYPE_CHECKING:
    from shockplan.plan import Plan


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF to be made. `weight`: about how long it takes, in rows of a list. `control`: of lists."""

    name: str
    weight: int
    write: Callable[[Path, Progress], None]
    control: Control | None = None


def write_papers(plan: "Plan", work: Staging, draw_map: MapDrawer, progress: Progress) -> dict[str, Control]:
    """Write them all; gives the control totals of the lists by file name."""
    papers = list(all_papers(plan, draw_map))
    whole = sum(paper.weight for paper in papers)
    done = 0
    for paper in papers:
        path = work.path(paper.name)
        with naming(path):
            paper.write(path, part(progress, done / whole, (done + paper.weight) / whole))
        done += paper.weight
    progress(1)
    return {paper.name: paper.control for paper in papers if paper.control}


def all_papers(plan: "Plan", draw_map: MapDrawer) -> Iterator[Paper]:
    """Every PDF that a plan gives."""
    yield from plan_papers(plan, draw_map)
    yield from payment_papers(plan)
    yield from label_papers(plan)
    yield from check_papers(plan)
    yield from route_papers(plan, draw_map)


def plan_papers(plan: "Plan", draw_map: MapDrawer) -> Iterator[Paper]:
    for language in plan.inputs.spec.plan.languages:

        def write(path: Path, progress: Progress, language: Language = language) -> None:
            write_plan_pdf(plan, path, language, draw_map, progress)

        yield Paper(f"plan.{language}.pdf", 3000, write)


def payment_papers(plan: "Plan") -> Iterator[Paper]:
    """Signing lists, slips and notices, each in every language."""
    districts = plan.inputs.registry.households["district"]
    for number in range(1, last_round(plan) + 1):
        rows = paid_rows(plan, number)
        amounts = pd.Series(plan.allocation.round_kip[rows])
        for key, paid in amounts.groupby(districts.iloc[rows].to_numpy(), sort=True):
            district, control = str(key), (len(paid), int(paid.sum()))
            for language in plan.inputs.spec.plan.languages:
                yield list_paper(plan, district, number, language, control)
                yield slip_paper(plan, district, number, language, len(paid))
                if number == 1:
                    yield notice_paper(plan, district, language)


def list_paper(plan: "Plan", district: str, number: int, language: Language, control: Control) -> Paper:
    def write(path: Path, progress: Progress) -> None:
        write_list_pdf(plan, path, language, progress, number, district, lies(plan))

    return Paper(f"{folder(district)}-R{number}.{language}.pdf", 400 + control[0], write, control)


def slip_paper(plan: "Plan", district: str, number: int, language: Language, rows: int) -> Paper:
    def write(path: Path, progress: Progress) -> None:
        write_slip_pdf(plan, path, language, progress, number, district)

    return Paper(f"{folder(district)}-slips-R{number}.{language}.pdf", 400 + rows, write)


def notice_paper(plan: "Plan", district: str, language: Language) -> Paper:
    def write(path: Path, progress: Progress) -> None:
        write_notice_pdf(plan, path, language, progress, district)

    return Paper(f"{folder(district)}-notice.{language}.pdf", 500, write)


def label_papers(plan: "Plan") -> Iterator[Paper]:
    """The labels of each district and round in which somebody is paid in cash, in every language."""
    districts = plan.inputs.registry.households["district"].to_numpy()
    for number in range(1, last_round(plan) + 1):
        rows = paid_rows(plan, number)
        cash = districts[rows[paid_in_cash(plan, rows)]]
        for district, count in pd.Series(cash).value_counts().sort_index().items():
            for language in plan.inputs.spec.plan.languages:
                yield label_paper(plan, str(district), number, language, int(count))


def label_paper(plan: "Plan", district: str, number: int, language: Language, count: int) -> Paper:
    def write(path: Path, progress: Progress) -> None:
        progress(0)
        lists = village_lists(plan, language, number, district)
        write_labels_pdf(plan, path, language, lists, plan.inputs.spec.paper.labels)

    return Paper(f"{folder(district)}-labels-R{number}.{language}.pdf", 200 + count // 2, write)


def check_papers(plan: "Plan") -> Iterator[Paper]:
    """The check lists of each district where a household could not be decided, in every language."""
    open_rows = plan.allocation.status == Status.VERIFY
    counts = plan.inputs.registry.households["district"][open_rows].value_counts().sort_index()
    for key, count in counts.items():
        for language in plan.inputs.spec.plan.languages:
            yield check_paper(plan, str(key), language, int(count))


def check_paper(plan: "Plan", district: str, language: Language, count: int) -> Paper:
    def write(path: Path, progress: Progress) -> None:
        write_verify_pdf(plan, path, language, progress, district, lies(plan))

    return Paper(f"{folder(district)}-V.{language}.pdf", 400 + count, write, (count, 0))


def route_papers(plan: "Plan", draw_map: MapDrawer) -> Iterator[Paper]:
    """A route sheet for each team that has a visit, in every language."""
    table = visit_table(plan)
    teams = sorted(set(table["team"]) - {""})
    if not teams:
        return
    for language in plan.inputs.spec.plan.languages:
        planned = visits(plan, language)
        for number, team in enumerate(teams, start=1):
            mine = [visit for visit in planned if visit.stop.team == team]
            yield route_paper(plan, number, team, mine, language, draw_map)


def route_paper(
    plan: "Plan", number: int, team: str, mine: list[Visit], language: Language, draw_map: MapDrawer
) -> Paper:
    def write(path: Path, progress: Progress) -> None:
        write_route_pdf(plan, path, language, team, mine, draw_map, progress)

    return Paper(f"routes/team-{number}.{language}.pdf", 400 + 5 * len(mine), write)


def lies(plan: "Plan") -> bool:
    """Are the lists of this plan on their side?"""
    return plan.inputs.spec.paper.lists == "landscape"


def folder(district: str) -> str:
    """Where a district's papers lie, and how their names begin."""
    return f"villages/{district}/{district}"
