"""What must stand on every sheet and in every table of a plan."""

from typing import TYPE_CHECKING

from shockplan.texts import tr

if TYPE_CHECKING:
    from shockplan.plan import Plan


def notices(plan: "Plan") -> tuple[str, ...]:
    """What must stand on every sheet, in both languages whatever the plan's: draft, made up."""
    codes = [] if plan.approved else ["paper.draft"]
    if plan.inputs.spec.plan.made_up:
        codes.append("paper.made_up")
    return tuple(" · ".join(tr(code, None, language) for language in ("lo", "en")) for code in codes)
