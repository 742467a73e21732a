"""Why a rule or an earmark answered as it did for one household: what would have to change first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shockplan.columns import columns_of
from shockplan.planfile import Condition, FundSpec
from shockplan.programmes import programmes_of
from shockplan.rules import NO, UNKNOWN, YES, hit

if TYPE_CHECKING:
    from shockplan.plan import Plan

NEGATED = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}


def answer_of(condition: Condition, path: str, answers: Mapping[str, int]) -> int:
    """The answer of a rule for one household from the answers of its leaves."""
    for kind, members in (("all", condition.all), ("any", condition.any), ("none", condition.none)):
        if members is None:
            continue
        below = [answer_of(each, f"{path}.{kind}[{place}]", answers) for place, each in enumerate(members, 1)]
        decisive = NO if kind == "all" else YES
        found = decisive if decisive in below else UNKNOWN if UNKNOWN in below else NEGATED[decisive]
        return NEGATED[found] if kind == "none" else found
    return answers[path]


def first_cause(
    condition: Condition, path: str, answers: Mapping[str, int], cause: int, negated: bool = False
) -> tuple[Condition, bool] | None:
    """The first comparison in written order that gives the rule the answer `cause`.

    The flag says that it stands under *none*: it is met, and should not be.
    """
    for kind, members in (("all", condition.all), ("any", condition.any), ("none", condition.none)):
        for place, each in enumerate(members or (), start=1):
            inner = f"{path}.{kind}[{place}]"
            wanted = NEGATED[cause] if kind == "none" else cause
            if answer_of(each, inner, answers) == wanted:
                return first_cause(each, inner, answers, wanted, negated ^ (kind == "none"))
    return (condition, negated) if condition.field is not None else None


def unmet(fund: FundSpec, plan: "Plan", row: int) -> list[str]:
    """The kinds of earmark of a fund that a household does not meet: place, shock, expansion, ..."""
    earmark, spec, registry = fund.earmark, plan.inputs.spec, plan.inputs.registry
    found = []
    district = str(registry.households["district"].iloc[row])
    inside = district in earmark.districts or district[:4] in earmark.provinces
    if (earmark.provinces or earmark.districts) and not inside:
        found.append("place")
    if earmark.shocks and not any(
        hit(layer.certainty[[row]], layer.share[[row]], spec.exposure.possible_passes_from)[0] == YES
        for layer in plan.exposure.layers
        if layer.layer_id in earmark.shocks
    ):
        found.append("shock")
    index = int(plan.entitlements.transfer[row])
    if earmark.expansion and spec.transfers[index].expansion != earmark.expansion:
        found.append("expansion")
    if earmark.transfers and spec.transfers[index].id not in earmark.transfers:
        found.append("transfer")
    known = programmes_of(spec)
    members = [known[programme].member for programme in earmark.programmes]
    if members and not any(columns_of(registry).number(name)[row] == 1 for name in members):
        found.append("programme")
    return found
