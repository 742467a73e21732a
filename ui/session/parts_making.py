"""The parts of a plan that a person may change, and the curve of coverage, as plain results."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np

from shockplan.budget import Status
from shockplan.plan import Plan
from shockplan.planfile import FitSpec
from shockplan.rule_sentences import field_label
from shockplan.texts import Language
from ui.results import Curve, FitInfo, FundInfo, IndicatorInfo, ScoreInfo, TransferInfo
from ui.rule_parts import RuleInfo

CURVE_POINTS = 1500


def funds_of(plan: Plan) -> tuple[FundInfo, ...]:
    return tuple(
        FundInfo(
            id=spec.id,
            name=spec.name,
            name_lo=spec.name_lo or "",
            source=spec.source,
            account_code=spec.account_code,
            budget_kip=result.budget_kip,
            reserve_kip=result.reserve_kip,
            set_aside_kip=result.set_aside_kip,
            committed_kip=result.committed_kip,
            fees_kip=result.fees_kip,
            remaining_kip=result.remaining_kip,
            households=result.households,
            index=index,
            amount=spec.amount,
            currency=spec.currency,
            reserve_share=spec.reserve_share,
            table=spec.model_dump(exclude_unset=True),
        )
        for index, (spec, result) in enumerate(
            zip(plan.inputs.spec.funds, plan.allocation.funds, strict=True)
        )
    )


def transfers_of(plan: Plan, whens: Sequence[RuleInfo]) -> tuple[TransferInfo, ...]:
    """Each transfer with the households that are funded by it; `whens`: for whom each is."""
    funded = plan.allocation.status == Status.FUNDED
    chosen = plan.entitlements.transfer
    made = []
    for index, spec in enumerate(plan.inputs.spec.transfers):
        rows = funded & (chosen == index)
        made.append(
            TransferInfo(
                id=spec.id,
                name=spec.name,
                name_lo=spec.name_lo or "",
                index=index,
                mode=spec.mode,
                expansion=spec.expansion,
                rounds=spec.rounds,
                kip=spec.kip,
                share=spec.share,
                bands=tuple((band.members_from, band.kip) for band in spec.bands),
                households=int(np.count_nonzero(rows)),
                paid_kip=int(plan.allocation.total_kip[rows].sum()),
                table=spec.model_dump(exclude_unset=True),
                when=whens[index],
            )
        )
    return tuple(made)


def score_of(plan: Plan, offered: tuple[tuple[str, str], ...], language: Language) -> ScoreInfo:
    """The terms of the score as the plan has them."""
    labels = dict(offered)
    return ScoreInfo(
        tuple(
            IndicatorInfo(
                ("score", "indicators", index, "weight"),
                indicator.field,
                labels.get(indicator.field) or field_label(indicator.field, language),
                indicator.weight,
                indicator.model_dump(exclude_unset=True),
            )
            for index, indicator in enumerate(plan.inputs.spec.score.indicators)
        ),
        offered,
    )


def fit_of(plan: Plan) -> FitInfo:
    fit = plan.inputs.spec.fit
    return FitInfo(
        method=fit.method,
        methods=get_args(FitSpec.model_fields["method"].annotation),
        step_kip=fit.step_kip,
        set_aside_share=fit.set_aside_share,
        floor_share=fit.floor_share,
    )


def curve_of(plan: Plan) -> Curve:
    """Cumulative need and payment along the ranks, at no more than CURVE_POINTS places."""
    allocation = plan.allocation
    summary: Mapping[str, Any] = plan.summary.as_json()
    ranked = np.flatnonzero(allocation.rank > 0)
    ranked = ranked[np.argsort(allocation.rank[ranked], kind="stable")]
    rounds = plan.entitlements.rounds[ranked].astype(np.int64)
    needed = np.cumsum(allocation.due_kip[ranked] * rounds)
    paid = np.cumsum(allocation.total_kip[ranked])
    waiting = np.flatnonzero(allocation.status[ranked] == Status.WAITING)
    shown = np.unique(np.linspace(0, max(len(ranked) - 1, 0), CURVE_POINTS).astype(np.int64))
    if not len(ranked):
        shown = shown[:0]
    spendable = sum(int(summary[f"{name}_kip"]) for name in ("committed", "fees", "remaining"))
    return Curve(
        households=(shown + 1).astype(np.float64),
        needed=needed[shown].astype(np.float64),
        paid=paid[shown].astype(np.float64),
        money=spendable,
        cut_off=int(waiting[0]) + 1 if len(waiting) else 0,
    )
