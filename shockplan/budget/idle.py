"""What stands in the plan and does nothing: a transfer that pays nobody, a fund that may pay nobody."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import FundResult, MayPay, Status
from shockplan.budget.amounts import Kip
from shockplan.planfile import PlanSpec
from shockplan.problems import Problem
from shockplan.rules import fault
from shockplan.transfers import Groups


def idle(
    spec: PlanSpec,
    groups: Groups,
    due: Kip,
    funds: Sequence[FundResult],
    may: MayPay,
    status: NDArray[np.int8],
) -> tuple[Problem, ...]:
    """A warning for each transfer and each fund that does nothing. due (g,) kip a round of each group."""
    return (*idle_transfers(spec, groups, due), *idle_funds(spec, funds, may, status))


def idle_transfers(spec: PlanSpec, groups: Groups, due: Kip) -> Iterator[Problem]:
    """Transfers whose condition nobody meets, or that come to 0 kip and no goods for everyone who does."""
    for index, transfer in enumerate(spec.transfers):
        own = (groups.transfer == index) & (groups.counts > 0)
        path = f"transfers[{index + 1}]"
        if not own.any():
            yield fault("transfers.for_nobody", path, transfer=transfer.id, level="warning")
        elif not due[own].any() and not transfer.in_kind:
            count, step = int(groups.counts[own].sum()), spec.fit.step_kip
            code = "transfers.pays_nothing"
            yield fault(code, path, transfer=transfer.id, count=count, step=step, level="warning")


def idle_funds(
    spec: PlanSpec, funds: Sequence[FundResult], may: MayPay, status: NDArray[np.int8]
) -> Iterator[Problem]:
    """Funds whose earmark fits no household that is eligible or may become so."""
    suspects = [index for index, fund in enumerate(funds) if not fund.households]
    if not suspects:
        return
    open_kinds = np.bincount(may.kind[status != Status.NOT_ELIGIBLE], minlength=len(may.table)) > 0
    for index in suspects:
        if open_kinds.any() and not may.table[open_kinds, index].any():
            path = f"funds[{index + 1}].earmark"
            yield fault("budget.for_nobody", path, fund=spec.funds[index].id, level="warning")
