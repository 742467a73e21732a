"""What-if on the whole country: one knob turned, the new plan with district totals, against plain pandas."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from statistics import median

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.areas import load_gazetteer
from shockplan.boundaries import schematic_boundaries
from shockplan.budget import Status, allocate
from shockplan.certainty import Certainty
from shockplan.columns import columns_of
from shockplan.decisions import NO_DECISIONS, decide
from shockplan.exposure import Basis, Exposure, LayerExposure
from shockplan.plan import Plan, PlanInputs, make_plan
from shockplan.planfile import FundSpec, PlanSpec
from shockplan.registry.household import DTYPES, FIELDS, Registry
from shockplan.summary import summarise
from shockplan.targeting import target
from shockplan.transfers import entitle

METHODS = ("rank_and_stop", "rank_and_skip", "scale", "tier", "quota")


def made_up_country(count: int, seed: int = 17) -> tuple[Registry, Exposure]:
    """Households in all 148 districts with the fields the plan asks for, and one flood over a third."""
    random = np.random.default_rng(seed)
    districts = load_gazetteer().districts["pcode"].to_numpy(dtype=object)
    blank = random.random(count) < 0.02
    given = {
        "household_id": pd.Series([f"HH{number:07}" for number in random.permutation(count)], dtype="str"),
        "district": pd.Series(districts[np.sort(random.integers(0, len(districts), count))], dtype="str"),
        "members": pd.Series(random.integers(1, 10, count), dtype="Int32").mask(blank),
        "under_5": pd.Series(random.integers(0, 4, count), dtype="Int32"),
        "disabled": pd.Series(random.integers(0, 2, count), dtype="Int32"),
        "in_mecg": pd.Series(random.random(count) < 0.1, dtype="boolean"),
        "pmt_score": pd.Series(np.round(random.normal(45, 10, count), 1)),
    }
    households = pd.DataFrame(
        {
            field.name: given[field.name]
            if field.name in given
            else pd.Series([None] * count, dtype=DTYPES[field.kind])
            for field in FIELDS
        }
    )
    households["source_row"] = np.arange(2, count + 2)
    households["village"] = np.full(count, -1, dtype=np.int32)
    cluster = np.where(random.random(count) < 0.005, random.integers(0, count // 400 + 1, count), -1)
    households["duplicate"] = cluster.astype(np.int32)
    rejected = pd.DataFrame({"source_row": [], "household_id": [], "district": [], "code": []})
    registry = Registry(households, pd.DataFrame(), rejected, frozenset(given), count, (), ())
    certainty = random.choice(np.array([3, 2, 1, 0], dtype=np.int8), count, p=[0.35, 0.1, 0.05, 0.5])
    severity = np.where(certainty == 0, 0, random.integers(1, 4, count)).astype(np.int8)
    share, basis = np.ones(count), np.full(count, Basis.GPS, dtype=np.int8)
    layer = LayerExposure("flood", severity, certainty, share, basis)
    return registry, Exposure((layer,), certainty, severity, share, basis)


def made_up_spec(count: int) -> PlanSpec:
    """A top-up, a grant by size and severity, three funds with earmarks and fees."""
    affected = {"field": "affected", "equals": True}
    poor = {"any": [{"field": "in_mecg", "equals": True}, {"field": "pmt_score", "below": Decimal(50)}]}
    bands = [{"members_from": 1, "kip": 400_000}, {"members_from": 4, "kip": 600_000}]
    top_up = {
        "mode": "on_top_of_base",
        "kip": 150_000,
        "base_kip": 150_000,
        "expansion": "vertical",
        "rounds": 3,
    }
    grant = {
        "mode": "bands",
        "bands": bands,
        "severity_factor": {"low": Decimal("0.5"), "moderate": Decimal("0.75")},
        "rounds": 3,
    }
    share = Decimal(count) / 1_300_000
    return PlanSpec.model_validate(
        {
            "plan": {"name": "made up", "made_up": True},
            "registry": {"file": "made_up.csv"},
            "layers": [{"kind": "hazard", "id": "flood", "name": "flood", "file": "made_up.geojson"}],
            "eligibility": {"rule": {"all": [affected, poor]}},
            "score": {
                "indicators": [
                    {"field": "pmt_score", "weight": -1},
                    {"field": "under_5", "weight": 4},
                    {"field": "disabled", "weight": 6},
                ],
                "ties": ["-members"],
            },
            "transfers": [
                {"id": "top_up", "name": "t", "when": {"field": "in_mecg", "equals": True}, **top_up},
                {"id": "grant", "name": "g", **grant},
            ],
            "funds": [
                {
                    "id": "v",
                    "name": "v",
                    "amount": 9_000_000_000 * share,
                    "fee_kip": 2000,
                    "earmark": {"expansion": "vertical"},
                },
                {
                    "id": "south",
                    "name": "s",
                    "amount": 6_000_000 * share,
                    "currency": "USD",
                    "rate": 22_400,
                    "reserve_share": Decimal("0.05"),
                    "fee_share": Decimal("0.01"),
                    "earmark": {"provinces": ["LA13", "LA14", "LA15", "LA16", "LA17"], "shocks": ["flood"]},
                },
                {"id": "all", "name": "a", "amount": 150_000_000_000 * share, "fee_kip": 3000},
            ],
            "fit": {"set_aside_share": Decimal("0.05")},
        }
    )


def changes(spec: PlanSpec) -> Iterator[tuple[str, Callable[[int], PlanSpec]]]:
    """(name, the plan file after the n-th turn of that knob)."""

    def fit(**values: object) -> PlanSpec:
        return spec.model_copy(update={"fit": spec.fit.model_copy(update=values)})

    def fund(**values: object) -> PlanSpec:
        return spec.model_copy(update={"funds": (*spec.funds[:-1], spec.funds[-1].model_copy(update=values))})

    def threshold(turn: int) -> PlanSpec:
        rule = spec.eligibility.rule.model_dump(exclude_none=True)
        rule["all"][1]["any"][1]["below"] = Decimal(48) + Decimal(turn) / 10
        return spec.model_copy(update={"eligibility": type(spec.eligibility).model_validate({"rule": rule})})

    def weight(turn: int) -> PlanSpec:
        first = spec.score.indicators[0].model_copy(update={"weight": Decimal(-1) - Decimal(turn) / 10})
        score = spec.score.model_copy(update={"indicators": (first, *spec.score.indicators[1:])})
        return spec.model_copy(update={"score": score})

    def transfer(turn: int) -> PlanSpec:
        grant = spec.transfers[1].model_copy(update={"maximum_kip": 500_000 + 1000 * turn})
        return spec.model_copy(update={"transfers": (spec.transfers[0], grant)})

    amount = spec.funds[-1].amount
    yield "budget", lambda turn: fund(amount=amount * (100 + turn) / 100)
    yield "reserve", lambda turn: fund(reserve_share=Decimal(turn + 1) / 100)
    yield "rounding", lambda turn: fit(step_kip=1000 * (turn + 2))
    yield "threshold", threshold
    yield "weight", weight
    yield "transfer value", transfer


def plain_pandas(registry: Registry, exposure: Exposure, spec: PlanSpec) -> tuple[pd.Series, int]:
    """The same work as most would write it: a column a step, sort, cumulative sums, group by district.

    Rank and stop: yes, no and verify, undecided duplicates out, money set aside for both, each fund in turn
    over those left, its account closed, and the answer joined to all households. (District totals, funded).
    """
    values = ["members", "under_5", "disabled", "in_mecg", "pmt_score", "duplicate"]
    table = registry.households[["household_id", "district", *values]].copy()
    table["certain"], table["severity"] = exposure.affected == Certainty.CERTAIN, exposure.severity
    below = spec.eligibility.rule.all[1].any[1].below  # type: ignore[index]
    poor = table["in_mecg"] | (table["pmt_score"] < float(below or 0))
    table = table[poor & (exposure.affected != Certainty.NO)]
    weight = float(spec.score.indicators[0].weight)
    table["score"] = (weight * table["pmt_score"] + 4 * table["under_5"] + 6 * table["disabled"]).round(6)
    usual = int(np.ceil(registry.households["members"].mean()))
    table["kip"] = np.where(table["members"].fillna(usual) >= 4, 600_000, 400_000)
    table["kip"] = table["kip"] * table["severity"].map({0: 1.0, 1: 0.5, 2: 0.75, 3: 1.0})
    table.loc[table["in_mecg"], "kip"] = 150_000
    step = spec.fit.step_kip
    table["kip"] = (table["kip"] // step * step).astype("int64")
    verify = ~table["certain"] | (table["members"].isna() & ~table["in_mecg"])
    rivals = table[table["duplicate"] >= 0].groupby("duplicate")["kip"].transform("size")
    undecided = rivals.reindex(table.index, fill_value=0) > 1
    cut = undecided & ~verify
    once = table[undecided].assign(cut=cut[undecided])
    once["cut"] = once.groupby("duplicate")["cut"].transform("any")
    once = once.sort_values(["kip", "household_id"], ascending=[False, True]).drop_duplicates("duplicate")
    table["aside"] = 0.0
    table.loc[verify & ~undecided, "aside"] = float(spec.fit.set_aside_share)
    table.loc[once.index, "aside"] = np.where(once["cut"], 1.0, float(spec.fit.set_aside_share))
    queue = table[~verify & ~undecided]
    queue = queue.sort_values(["score", "members", "household_id"], ascending=[False, False, True])
    queue["rank"] = np.arange(1, len(queue) + 1)
    queue["fund"], queue["fee"] = "", 0
    held = table[table["aside"] > 0].assign(open=True)
    accounts = []
    for fund in spec.funds:
        rest = held["open"] & fund_may(held, fund)
        cost = (held["kip"] + np.ceil(held["kip"] * float(fund.fee_share)) + fund.fee_kip) * 3
        aside = float(np.ceil((cost * held["aside"])[rest].sum()))
        held.loc[rest, "open"] = False
        may = (queue["fund"] == "") & fund_may(queue, fund)
        fee = np.ceil(queue["kip"] * float(fund.fee_share)) + fund.fee_kip
        cost = ((queue["kip"] + fee) * 3)[may].cumsum()
        budget = float(fund.amount * (fund.rate or 1))
        money = budget * (1 - float(fund.reserve_share)) - aside
        chosen = cost[cost <= money].index
        queue.loc[chosen, "fund"] = fund.id
        queue.loc[chosen, "fee"] = (fee[chosen] * 3).astype("int64")
        accounts.append((fund.id, money))
    queue["total"] = np.where(queue["fund"] != "", queue["kip"] * 3, 0)
    answer = registry.households[["household_id", "district"]].join(
        queue[["rank", "fund", "kip", "total", "fee"]]
    )
    answer["status"] = "not eligible"
    answer.loc[table.index[verify], "status"] = "verify"
    answer.loc[table.index[cut], "status"] = "cut"
    answer.loc[queue.index, "status"] = np.where(queue["fund"] != "", "funded", "waiting")
    paid = answer[answer["status"] == "funded"]
    spent = paid.groupby("fund")[["total", "fee"]].sum().sum(axis=1)
    assert all(spent.get(name, 0) <= money for name, money in accounts)
    assert answer["status"].value_counts().sum() == len(registry.households)
    return paid.groupby("district")["total"].sum(), len(paid)


def fund_may(table: pd.DataFrame, fund: FundSpec) -> pd.Series:
    """Whether the earmark of the fund lets it pay each household."""
    may = pd.Series(True, index=table.index)
    if fund.earmark.expansion:
        may &= table["in_mecg"].astype(bool)
    if fund.earmark.provinces:
        may &= table["district"].str[:4].isin(fund.earmark.provinces)
    if fund.earmark.shocks:
        may &= table["certain"]
    return may


def district_totals(plan: Plan) -> NDArray[np.float64]:
    """(districts,) kip of the funded."""
    paid = np.flatnonzero(plan.allocation.status == Status.FUNDED)
    code, names = columns_of(plan.inputs.registry).text("district")
    return np.bincount(code[paid], weights=plan.allocation.total_kip[paid], minlength=len(names))


def first_plan(registry: Registry, exposure: Exposure, spec: PlanSpec) -> Plan:
    """The warm plan, from an exposure that is already there."""
    targeting = decide(target(registry, exposure, spec), registry, NO_DECISIONS)
    entitlements = entitle(registry, exposure, targeting, spec.transfers)
    allocation = allocate(registry, exposure, targeting, entitlements, spec, NO_DECISIONS)
    summary = summarise(registry, exposure, targeting, entitlements, allocation, spec, ())
    gazetteer = load_gazetteer()
    inputs = PlanInputs(spec, registry, (), gazetteer, schematic_boundaries(gazetteer), NO_DECISIONS, (), ())
    return Plan(inputs, exposure, targeting, entitlements, allocation, summary, "")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of this process's own work, in which other programs do not count; and by the clock."""
    own, clock = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - own) * 1000, (time.perf_counter() - clock) * 1000


def turn_knob(warm: Plan, spec: PlanSpec) -> tuple[float, float]:
    """Milliseconds from a changed plan file to the new district totals."""
    inputs = replace(warm.inputs, spec=spec)
    return timed(lambda: district_totals(make_plan(inputs, before=warm)))


def run(small: bool) -> None:
    """Print median and worst of each change under each fit, and the ratio to plain pandas."""
    count, turns = (100_000, 3) if small else (1_300_000, 7)
    registry, exposure = made_up_country(count)
    spec = made_up_spec(count)
    plan = first_plan(registry, exposure, spec)
    print("   processor time of one thread, so that a busy machine does not blur the ratio")
    print(f"   {count:,} households, {plan.summary.eligible:,} eligible, {plan.summary.funded:,} funded")
    peer = median(timed(lambda: plain_pandas(registry, exposure, spec))[0] for _ in range(3))
    totals, funded = plain_pandas(registry, exposure, spec)
    apart = abs(float(totals.sum()) / float(district_totals(plan).sum()) - 1)
    print(f"   the same in plain pandas (rank and stop): {peer:,.0f} ms, {funded:,} funded")
    print(f"   its total differs from the plan's by {apart:.4%}")
    every: list[float] = []
    by_clock: list[float] = []
    for method in METHODS:
        fitted = spec.model_copy(
            update={"fit": spec.fit.model_copy(update={"method": method, "floor_share": Decimal(0)})}
        )
        warm = make_plan(replace(plan.inputs, spec=fitted), before=plan)
        for name, change in changes(fitted):
            took, clock = zip(*(turn_knob(warm, change(turn)) for turn in range(turns)), strict=True)
            every.extend(took)
            by_clock.extend(clock)
            ratio = f", {peer / median(took):.1f}x plain pandas" if method == "rank_and_stop" else ""
            print(
                f"   {method:14} {name:15} median {median(took):5.0f} ms, worst {max(took):5.0f} ms, "
                f"by the clock {median(clock):.0f} and {max(clock):.0f} ms{ratio}"
            )
    ratio = peer / median(every[: 6 * turns])
    print(f"   rank and stop, all six: {ratio:.1f}x plain pandas (goal 10x)")
    print(f"   all: median {median(every):.0f} ms (goal 100), worst {max(every):.0f} ms (goal 250)")
    print(f"   all by the clock: median {median(by_clock):.0f} ms, worst {max(by_clock):.0f} ms")
