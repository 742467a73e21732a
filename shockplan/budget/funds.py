"""The funds: their kip, their reserve, and which household each may pay."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shockplan.budget.allocation import MayPay
from shockplan.exposure import Exposure
from shockplan.kept import Kept
from shockplan.planfile import Earmark, FundSpec, PlanSpec
from shockplan.problems import InputError, Problem, stop_on_errors
from shockplan.programmes import programmes_of
from shockplan.rules import YES, Facts, check_codes, check_field, fault, hit
from shockplan.transfer_values import MOST
from shockplan.transfers import Alike

FEW_FUNDS = 10
"""Up to here every set of funds is a kind of its own, without looking which sets occur."""


def check_funds(spec: PlanSpec) -> None:
    """Raise InputError for every fund that cannot be: no money, no rate, an earmark to nowhere."""
    stop_on_errors(problem for index in range(len(spec.funds)) for problem in faults(spec, index))


def faults(spec: PlanSpec, index: int) -> Iterator[Problem]:
    """What is wrong with one fund."""
    fund, path = spec.funds[index], f"funds[{index + 1}]"
    if fund.amount <= 0:
        yield fault("budget.no_money", f"{path}.amount", fund=fund.id, given=str(fund.amount))
    if fund.rate is not None and fund.rate <= 0:
        yield fault("budget.rate", f"{path}.rate", fund=fund.id, given=str(fund.rate))
    if fund.currency != "LAK" and fund.rate is None:
        yield fault("budget.rate_missing", f"{path}.rate", fund=fund.id, currency=fund.currency)
    if fund.currency == "LAK" and fund.rate not in (None, 1):
        yield fault("budget.rate_of_kip", f"{path}.rate", fund=fund.id)
    for kind, codes in (("province", fund.earmark.provinces), ("district", fund.earmark.districts)):
        try:
            check_codes(codes, f"{path}.earmark.{kind}s", kind)
        except InputError as error:
            yield from error.problems
    known_layers = tuple(layer.id for layer in spec.layers)
    for layer in fund.earmark.shocks:
        if layer not in known_layers:
            shocks = f"{path}.earmark.shocks"
            yield fault("budget.unknown_layer", shocks, fund=fund.id, given=layer, known=known_layers)
    known_transfers = tuple(transfer.id for transfer in spec.transfers)
    for transfer in fund.earmark.transfers:
        if transfer not in known_transfers:
            key = f"{path}.earmark.transfers"
            yield fault("budget.unknown_transfer", key, fund=fund.id, given=transfer, known=known_transfers)
    yield from unknown_programmes(spec, fund, path)


def unknown_programmes(spec: PlanSpec, fund: FundSpec, path: str) -> Iterator[Problem]:
    """Earmarks to a programme that neither the program nor the plan file knows."""
    known = programmes_of(spec)
    for programme in fund.earmark.programmes:
        if programme not in known:
            key, ids = f"{path}.earmark.programmes", tuple(known)
            yield fault("budget.unknown_programme", key, fund=fund.id, given=programme, known=ids)


def fund_kip(fund: FundSpec, path: str = "") -> int:
    """Amount x rate, rounded down to whole kip."""
    kip = math.floor(Fraction(fund.amount) * Fraction(fund.rate or 1))
    if kip >= MOST:
        raise InputError(fault("budget.too_large", path))
    if kip <= 0:
        raise InputError(fault("budget.no_money", path, fund=fund.id, given=str(fund.amount)))
    return kip


def reserve_kip(fund: FundSpec, kip: int) -> int:
    """The reserve, rounded up to 1 kip."""
    return math.ceil(Fraction(fund.reserve_share) * kip)


def may_pay(spec: PlanSpec, facts: Facts, alike: Alike, said_yes: NDArray[np.bool_]) -> MayPay:
    """Which fund may pay whom, by earmark, were the household eligible.

    All kinds of earmark of a fund must be met; within a kind one of the list is enough, and
    provinces and districts are one kind, the place. A shock is met where its layer hit the household;
    where a person answered yes in the check list (`said_yes`) it is enough that the layer does not say no.
    """
    earmarks = tuple(fund.earmark for fund in spec.funds)
    meant = tuple((transfer.id, transfer.expansion) for transfer in spec.transfers)
    stated = spec.programmes
    asked = said_yes.tobytes()
    reads = (facts.registry, alike, facts.possible_passes_from, earmarks, meant, stated, asked)
    return _KEPT.get(facts.exposure, reads, lambda: may_pay_now(spec, facts, alike, said_yes))


_KEPT: Kept[Exposure, MayPay] = Kept(most=3)


def may_pay_now(spec: PlanSpec, facts: Facts, alike: Alike, said_yes: NDArray[np.bool_]) -> MayPay:
    """As `may_pay`, worked out."""
    count = len(spec.funds)
    mask = np.zeros(facts.size, dtype=np.int64)
    for index, fund in enumerate(spec.funds):
        mask |= allowed(fund.earmark, spec, facts, alike, said_yes).astype(np.int64) << index
    if count <= FEW_FUNDS:
        kinds, kind = np.arange(2**count, dtype=np.int64), mask
    else:
        kinds, kind = np.unique(mask, return_inverse=True)
    table = (kinds[:, np.newaxis] >> np.arange(count)) & 1
    if len(kinds) < 2**15:
        return MayPay(kind.astype(np.int16), table.astype(bool))
    return MayPay(kind.astype(np.int64), table.astype(bool))


def allowed(
    earmark: Earmark, spec: PlanSpec, facts: Facts, alike: Alike, said_yes: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(n,) whether a fund with this earmark may pay the household."""
    place = Earmark(
        provinces=earmark.provinces,
        districts=earmark.districts,
        shocks=earmark.shocks,
        programmes=earmark.programmes,
    )
    known = programmes_of(spec)
    members = tuple(known[programme].member for programme in earmark.programmes)
    asked = said_yes.tobytes() if place.shocks else b""
    reads = (facts.registry, facts.possible_passes_from, place, members, asked)
    here = _PLACES.get(facts.exposure, reads, lambda: in_place(place, members, facts, said_yes))
    if not earmark.expansion and not earmark.transfers:
        return here
    meant = [
        earmark.expansion in (None, transfer.expansion)
        and (not earmark.transfers or transfer.id in earmark.transfers)
        for transfer in spec.transfers
    ]
    meant_for: NDArray[np.bool_] = np.array([*meant, False])[alike.transfer]
    return here & meant_for[alike.of]


_PLACES: Kept[Exposure, NDArray[np.bool_]] = Kept(most=8)


def in_place(
    earmark: Earmark, members: Sequence[str], facts: Facts, said_yes: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(n,) whether the household lies where the earmark says, and was hit by one of its shocks.

    members: the fields that say who is enrolled in the programmes of the earmark; one is enough.
    """
    answer = np.ones(facts.size, dtype=bool)
    if earmark.provinces or earmark.districts:
        codes, districts = facts.columns.text("district")
        inside = [name in earmark.districts or name[:4] in earmark.provinces for name in districts]
        answer &= np.array([*inside, False])[codes]
    if earmark.shocks:
        answer &= hit_by_any(earmark.shocks, facts, said_yes)
    if members:
        for name in members:
            check_field(name, "funds", facts.registry)
        answer &= np.any([facts.columns.number(name) == 1 for name in members], axis=0)
    return answer


def hit_by_any(shocks: Sequence[str], facts: Facts, said_yes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,) whether one of the layers hit the household."""
    answer = np.zeros(facts.size, dtype=bool)
    for layer in facts.exposure.layers:
        if layer.layer_id in shocks:
            answers = hit(layer.certainty, layer.share, facts.possible_passes_from)
            answer |= (answers == YES) | (said_yes & (answers != 0))
    return answer
