"""The files of each village, and of its district's teams: spreadsheets and cash sheets."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from shockplan.outputs.cash_xlsx import district_cash_xlsx
from shockplan.outputs.district_pack import Control
from shockplan.outputs.lines import (
    VerifyLine,
    VerifyList,
    VillageList,
    count_lists,
    last_round,
    verify_lists,
    village_lists,
)
from shockplan.outputs.list_csv import payment_csv
from shockplan.outputs.list_xlsx import check_xlsx, payment_xlsx
from shockplan.outputs.staging import Staging
from shockplan.progress import Progress

if TYPE_CHECKING:
    from shockplan.plan import Plan

Rounds = tuple[VillageList, ...]
"""The lists of one village, round after round."""


def write_villages(plan: "Plan", work: Staging, progress: Progress) -> dict[str, Control]:
    """Write them district by district; gives the control totals of the lists by file name."""
    count = max(1, count_lists(plan))
    controls: dict[str, Control] = {}
    for district, villages in groupby(by_village(plan), key=lambda rounds: rounds[0].header.district_code):
        lists: list[VillageList] = []
        for rounds in villages:
            controls |= write_payments(plan, work, rounds)
            lists += rounds
            progress(0.5 * len(controls) / 2 / count)
        write_cash(plan, work, district, lists)
    for check in checks_in_every_language(plan):
        name = village_file(check.header.list_id, check.header.district_code) + "-V.xlsx"
        work.write(name, check_xlsx(plan, check))
        controls[name] = (len(check.lines), 0)
        progress(0.75)
    progress(1)
    return controls


def write_payments(plan: "Plan", work: Staging, rounds: Rounds) -> dict[str, Control]:
    name = village_file(rounds[0].header.list_id, rounds[0].header.district_code)
    control = sum(len(one.lines) for one in rounds), sum(one.total_kip for one in rounds)
    work.write(name + ".xlsx", payment_xlsx(plan, rounds))
    work.write(name + ".csv", payment_csv(plan, rounds))
    return {name + ".xlsx": control, name + ".csv": control}


def write_cash(plan: "Plan", work: Staging, district: str, lists: list[VillageList]) -> None:
    """The cash sheets of one district, where anybody there is paid in cash."""
    sheets = district_cash_xlsx(plan, lists)
    if sheets is not None:
        work.write(f"villages/{district}/{district}-cash.xlsx", sheets)


def checks_in_every_language(plan: "Plan") -> Iterator[VerifyList]:
    """The check lists in the plan's first language, with their questions in all of its languages."""
    for first, *others in zip(
        *(verify_lists(plan, language) for language in plan.inputs.spec.plan.languages), strict=True
    ):
        yield replace(first, lines=tuple(map(with_questions_of, first.lines, *(one.lines for one in others))))


def with_questions_of(line: VerifyLine, *others: VerifyLine) -> VerifyLine:
    """The line with each question, and below it the same in the other languages."""
    versions = zip(line.questions, *(other.questions for other in others), strict=True)
    return replace(line, questions=tuple(text for version in versions for text in dict.fromkeys(version)))


def by_village(plan: "Plan") -> Iterator[Rounds]:
    """The lists of each village.

    Who is paid in a later round is paid in the first, so every village stands among the first
    round's, in the same order.
    """
    language = plan.inputs.spec.plan.languages[0]
    later = [village_lists(plan, language, number) for number in range(2, last_round(plan) + 1)]
    waiting = [next(lists, None) for lists in later]
    for first in village_lists(plan, language, 1):
        rounds = [first]
        for index, listed in enumerate(waiting):
            if listed is not None and place_of(listed) == place_of(first):
                rounds.append(listed)
                waiting[index] = next(later[index], None)
        yield tuple(rounds)


def place_of(listed: VillageList) -> str:
    return listed.header.list_id.rpartition("-")[0]


def village_file(list_id: str, district: str) -> str:
    """Where a village's files lie, without their ending: villages/LA1701/by-village/LA1701-012."""
    return f"villages/{district}/by-village/{list_id.rpartition('-')[0]}"
