"""The laws of money and rows, under random plans."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.budget import Reason, Status
from shockplan.budget.fits import largest_remainder
from shockplan.decisions import Decisions
from shockplan.exposure import Certainty, Exposure
from shockplan.plan import make_plan
from shockplan.planfile import PlanSpec
from shockplan.problems import InputError
from shockplan.registry.household import Registry
from tests.core.money_case import Case, exposure_of, plan_of, registry_of, run, spec_of
from tests.core.slow_budget import by_quota, ranked, tiered

DISTRICTS = ["LA1701", "LA1702", "LA1703", "LA0103"]
METHODS = ["rank_and_stop", "rank_and_skip", "scale", "tier", "quota"]


@st.composite
def worlds(draw: st.DrawFn, most: int = 40) -> tuple[Registry, Exposure, Decisions]:
    """A registry, its exposure, and what persons decided."""
    n = draw(st.integers(1, most))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    blank = draw(st.sampled_from([0.0, 0.2]))

    def some(values: Any) -> list[Any]:
        return [None if random.random() < blank else value for value in random.choice(values, n).tolist()]

    cluster = np.where(random.random(n) < 0.25, random.integers(0, 4, n), -1)
    registry = registry_of(
        n,
        district=random.choice(DISTRICTS, n).tolist(),
        members=some([1, 2, 3, 5, 8]),
        under_5=some([0, 1, 2]),
        in_mecg=some([True, False]),
        duplicate=cluster.tolist(),
    )
    certainty = random.choice(
        [Certainty.CERTAIN] * 6 + [Certainty.POSSIBLE, Certainty.UNKNOWN, Certainty.NO], n
    )
    severity = random.choice([-1, 0, 1, 2, 3], n)
    ids = registry.households["household_id"].tolist()
    decisions = Decisions(
        verify={each: bool(random.random() < 0.5) for each in ids if random.random() < 0.1},
        duplicates={each: "pay" if random.random() < 0.5 else "cut" for each in ids if random.random() < 0.1},
        removals={each: "moved away" for each in ids if random.random() < 0.05},
    )
    return registry, exposure_of(certainty.tolist(), severity.tolist()), decisions


earmarks = st.fixed_dictionaries(
    {},
    optional={
        "districts": st.lists(st.sampled_from(DISTRICTS), min_size=1, max_size=2, unique=True).map(tuple),
        "provinces": st.just(("LA17",)),
        "shocks": st.just(("flood",)),
        "expansion": st.sampled_from(["vertical", "horizontal"]),
        "transfers": st.just(("t1",)),
    },
)
funds = st.lists(
    st.fixed_dictionaries(
        {
            "amount": st.integers(1, 20_000),
            "reserve_share": st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.3333")]),
            "fee_share": st.sampled_from([Decimal(0), Decimal("0.013")]),
            "fee_kip": st.sampled_from([0, 7]),
            "earmark": st.one_of(st.just({}), earmarks),
        }
    ),
    min_size=1,
    max_size=4,
)


leaves = st.sampled_from(
    [
        {"field": "affected", "equals": True},
        {"field": "severity", "at_least": 2},
        {"field": "members", "at_least": 2, "below": 6},
        {"field": "members", "one_of": [1, 3, 8]},
        {"field": "in_mecg", "equals": False},
        {"field": "under_5", "at_least": 1},
        {"field": "district", "one_of": ["LA1701", "LA1703"]},
        {"field": "province", "equals": "LA17"},
        {"field": "layer:flood", "equals": "severe"},
    ]
)
rules = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, members: {kind: members},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


@st.composite
def specs(draw: st.DrawFn, methods: list[str] = METHODS) -> PlanSpec:
    """A plan file with two transfers, up to four funds, and any fit."""
    return spec_of(
        [
            {
                "mode": "flat",
                "kip": draw(st.integers(0, 500)),
                "when": {"field": "in_mecg", "equals": True},
                "expansion": "vertical",
                "rounds": draw(st.integers(1, 3)),
            },
            {
                "mode": "per_person",
                "kip": draw(st.integers(1, 300)),
                "rounds": draw(st.integers(1, 3)),
                "severity_factor": draw(
                    st.sampled_from([{}, {"severe": Decimal("1.5"), "low": Decimal("0.333")}])
                ),
                "maximum_kip": draw(st.one_of(st.none(), st.integers(100, 2000))),
            },
        ],
        draw(funds),
        fit={
            "method": draw(st.sampled_from(methods)),
            "step_kip": draw(st.sampled_from([1, 10, 50])),
            "rounding": draw(st.sampled_from(["down", "nearest", "up"])),
            "floor_share": draw(st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal(1)])),
            "quota_by": draw(st.sampled_from(["equal", "affected", "need"])),
            "set_aside_share": draw(st.sampled_from([Decimal(0), Decimal("0.37"), Decimal(1)])),
        },
        score={"indicators": [{"field": "under_5", "weight": 1, "when_blank": 0}], "ties": ["-members"]},
        eligibility=draw(st.one_of(st.just({}), st.builds(lambda rule: {"rule": rule}, rules))),
    )


@settings(max_examples=150, deadline=None)
@given(worlds(), specs())
def test_rows_and_money_close_whatever_the_plan(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec
) -> None:
    registry, exposure, decisions = world
    case = run(spec, registry, exposure, decisions)  # summarise checks the identities of the design
    allocation = case.allocation
    waiting = allocation.status == Status.WAITING
    why = {Reason.MONEY, Reason.NO_FUND, Reason.QUOTA}
    assert set(allocation.reason[waiting].tolist()) <= why
    assert set(allocation.reason[allocation.status == Status.FUNDED].tolist()) <= {Reason.NONE}
    assert np.array_equal(allocation.rank > 0, waiting | (allocation.status == Status.FUNDED))
    assert sorted(allocation.rank[allocation.rank > 0].tolist()) == list(
        range(1, int((allocation.rank > 0).sum()) + 1)
    )
    assert not (allocation.round_kip % spec.fit.step_kip).any()
    no_fund = ~allocation.may_pay.any_fund()
    assert np.array_equal(allocation.reason == Reason.NO_FUND, waiting & no_fund)
    for row in np.flatnonzero(allocation.fund >= 0).tolist():
        assert allocation.may_pay.table[allocation.may_pay.kind[row], allocation.fund[row]]
    for index, transfer in enumerate(spec.transfers):
        if transfer.maximum_kip is not None:
            paid = allocation.round_kip[case.entitlements.transfer == index]
            assert (paid <= transfer.maximum_kip).all()
    assert all(fund.set_aside_kip >= 0 for fund in allocation.funds)
    assert sum(fund.set_aside_kip for fund in allocation.funds) >= 0
    assert case.summary.committed_kip == int((allocation.round_kip * case.entitlements.rounds).sum())


def rearranged(registry: Registry, exposure: Exposure, new_order: np.ndarray) -> tuple[Registry, Exposure]:
    """The same households in another order of rows."""
    households = registry.households.iloc[new_order].reset_index(drop=True)
    layer = exposure.layers[0]
    moved = replace(
        layer,
        severity=layer.severity[new_order],
        certainty=layer.certainty[new_order],
        share=layer.share[new_order],
        basis=layer.basis[new_order],
    )
    changed = replace(
        exposure,
        layers=(moved,),
        affected=exposure.affected[new_order],
        severity=exposure.severity[new_order],
        share=exposure.share[new_order],
        basis=exposure.basis[new_order],
    )
    return replace(registry, households=households), changed


@settings(max_examples=80, deadline=None)
@given(worlds(), specs(), st.integers(0, 2**32 - 1))
def test_permuting_the_rows_changes_no_decision_amount_or_total(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec, seed: int
) -> None:
    registry, exposure, decisions = world
    new_order = np.random.default_rng(seed).permutation(len(registry.households))
    case = run(spec, registry, exposure, decisions)
    other = run(spec, *rearranged(registry, exposure, new_order), decisions)
    for name in ("status", "reason", "rank", "fund", "round_kip", "total_kip", "fee_kip", "due_kip"):
        assert np.array_equal(getattr(case.allocation, name)[new_order], getattr(other.allocation, name)), (
            name
        )
    assert case.allocation.funds == other.allocation.funds
    assert case.summary == other.summary


def queue_of(case: Case) -> tuple[list[int], list[tuple[list[int], list[int]]], list[int]]:
    """(rows in rank order, (funds, costs) of each, what each fund may spend) of a plan worked out."""
    allocation, spec = case.allocation, case.spec
    rows = [row for row in case.targeting.order.tolist() if allocation.rank[row] > 0]
    queue = []
    for row in rows:
        rounds, amount = int(case.entitlements.rounds[row]), int(allocation.due_kip[row])
        costs = []
        for fund in spec.funds:
            fee = -(-amount * int(fund.fee_share * 10_000) // 10_000) + fund.fee_kip if amount else 0
            costs.append(rounds * (amount + fee))
        table = allocation.may_pay.table[allocation.may_pay.kind[row]]
        queue.append(([index for index in range(len(spec.funds)) if table[index]], costs))
    left = [fund.budget_kip - fund.reserve_kip - fund.set_aside_kip for fund in allocation.funds]
    return rows, queue, left


@settings(max_examples=120, deadline=None)
@given(worlds(), specs(["rank_and_stop", "rank_and_skip"]))
def test_ranked_fits_are_what_a_loop_over_households_gives(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec
) -> None:
    case = run(spec, *world)
    rows, queue, left = queue_of(case)
    expected = ranked(queue, left, skip=spec.fit.method == "rank_and_skip")
    assert case.allocation.fund[rows].tolist() == expected


@settings(max_examples=80, deadline=None)
@given(worlds(), specs(["tier"]))
def test_tiers_are_what_a_loop_over_classes_gives(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec
) -> None:
    case = run(spec, *world)
    rows, queue, left = queue_of(case)
    expected = tiered(queue, left, case.exposure.severity[rows].tolist())
    assert case.allocation.fund[rows].tolist() == [expected.get(place, -1) for place in range(len(rows))]


@settings(max_examples=120, deadline=None)
@given(worlds(), specs(["quota"]))
def test_quotas_are_what_a_loop_over_households_gives(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec
) -> None:
    case = run(spec, *world)
    rows, queue, left = queue_of(case)
    place = [DISTRICTS.index(case.registry.households["district"][row]) for row in rows]
    served = {index for index, (may, _) in zip(place, queue, strict=True) if may}
    certain = case.exposure.affected == Certainty.CERTAIN
    everywhere = [DISTRICTS.index(code) for code in case.registry.households["district"]]
    weights = [0] * len(DISTRICTS)
    if spec.fit.quota_by == "affected":
        for index, hit in zip(everywhere, certain.tolist(), strict=True):
            weights[index] += hit and index in served
    if spec.fit.quota_by == "equal" or (spec.fit.quota_by == "affected" and not any(weights)):
        weights = [int(index in served) for index in range(len(DISTRICTS))]
    if spec.fit.quota_by == "need":
        for row, index, (may, _) in zip(rows, place, queue, strict=True):
            due = int(case.allocation.due_kip[row]) * int(case.entitlements.rounds[row])
            weights[index] += due if may else 0
    by_code = sorted(range(len(DISTRICTS)), key=lambda index: DISTRICTS[index])
    shares = largest_remainder(sum(left), [weights[index] for index in by_code]).tolist()
    quota = [shares[by_code.index(index)] for index in range(len(DISTRICTS))]
    assert case.allocation.fund[rows].tolist() == by_quota(queue, left, place, quota)


@settings(max_examples=80, deadline=None)
@given(worlds(), specs(["rank_and_stop"]), st.integers(0, 50_000))
def test_more_money_never_funds_fewer_under_rank_and_stop_with_one_unearmarked_fund(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec, more: int
) -> None:
    fund = spec.funds[0].model_copy(update={"earmark": type(spec.funds[0].earmark)()})
    poor = spec.model_copy(update={"funds": (fund,)})
    rich = poor.model_copy(update={"funds": (fund.model_copy(update={"amount": fund.amount + more}),)})
    assert run(poor, *world).summary.funded <= run(rich, *world).summary.funded


@settings(max_examples=60, deadline=None)
@given(worlds(), specs(), specs(), specs())
def test_turned_knobs_give_what_a_fresh_plan_gives(
    world: tuple[Registry, Exposure, Decisions], first: PlanSpec, second: PlanSpec, third: PlanSpec
) -> None:
    registry, exposure, decisions = world
    plan = plan_of(run(first, registry, exposure, decisions), decisions)
    for spec in (second, third, first):
        plan = make_plan(replace(plan.inputs, spec=spec), before=plan)
        fresh = run(spec, replace(registry), replace(exposure), decisions)  # new objects: nothing is kept
        assert plan.summary == fresh.summary
        assert plan.allocation.funds == fresh.allocation.funds
        for name in ("status", "reason", "rank", "fund", "round_kip", "total_kip", "fee_kip", "due_kip"):
            assert np.array_equal(getattr(plan.allocation, name), getattr(fresh.allocation, name)), name


@settings(max_examples=80, deadline=None)
@given(worlds(), specs(["scale"]))
def test_a_scaled_plan_pays_everyone_the_same_share_and_never_below_the_floor(
    world: tuple[Registry, Exposure, Decisions], spec: PlanSpec
) -> None:
    case = run(spec, *world)
    scale = case.allocation.scale
    assert scale >= int(spec.fit.floor_share * 1_000_000)
    assert scale <= 1_000_000
    paid = case.allocation.status == Status.FUNDED
    assert (case.allocation.round_kip[paid] <= case.allocation.due_kip[paid]).all()


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_shares_by_largest_remainder_add_up_and_are_within_one_kip(kip: int, weights: list[int]) -> None:
    shares = largest_remainder(kip, weights).tolist()
    total = sum(weights)
    assert sum(shares) == (kip if total else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert total == 0 or abs(share * total - kip * weight) < total


near_the_end = st.integers(0, 53).flatmap(lambda bits: st.integers(2**bits - 1, min(2**bits + 1, 2**53 - 1)))


@settings(max_examples=150, deadline=None)
@given(near_the_end, near_the_end, st.integers(1, 60), near_the_end, near_the_end)
def test_sums_are_exact_or_refused_never_wrapped(
    kip: int, a_person: int, rounds: int, amount: int, fee: int
) -> None:
    transfers = [
        {"mode": "flat", "kip": kip, "rounds": rounds, "when": {"field": "members", "below": 2}},
        {"mode": "per_person", "kip": a_person, "rounds": rounds},
    ]
    registry = registry_of(4, members=[1, 2, 3, 90])
    try:
        case = run(spec_of(transfers, [{"amount": max(1, amount), "fee_kip": fee}]), registry)
    except InputError as refusal:
        assert {problem.code for problem in refusal.problems} <= {"transfers.too_large", "budget.too_large"}
        return
    due = [kip, 2 * a_person, 3 * a_person, 90 * a_person]
    assert case.allocation.due_kip.tolist() == due
    paid = (case.allocation.status == Status.FUNDED).tolist()
    assert case.summary.committed_kip == sum(
        each * rounds for each, was in zip(due, paid, strict=True) if was
    )
    cost = sum((each + fee) * rounds for each, was in zip(due, paid, strict=True) if was and each)
    assert cost == case.summary.committed_kip + case.summary.fees_kip <= max(1, amount)
