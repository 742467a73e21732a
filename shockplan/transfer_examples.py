"""What a transfer comes to for a made-up household: the plan's own hops on a registry of such."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from shockplan.budget.amounts import WHOLE, round_amounts
from shockplan.exposure import Certainty, Exposure
from shockplan.planfile import FitSpec, TransferSpec
from shockplan.registry.household import DTYPES, FIELDS, Registry
from shockplan.rules import Facts
from shockplan.shocks.layer import Severity
from shockplan.texts import Language, show_number, tr
from shockplan.transfers import entitle_everyone


@dataclass(frozen=True, slots=True)
class ExampleHousehold:
    """A household as far as an amount depends on it. `severity`: 0 none to 3 severe; kip a month."""

    members: int
    severity: int = 3
    income_kip: int = 0
    other_aid_kip: int = 0
    earlier_payment_kip: int = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """exact: kip a round before rounding; round_kip: as the plan pays it, all funds being enough."""

    exact: Fraction
    round_kip: int
    total_kip: int
    how: str


def worth(
    transfer: TransferSpec,
    households: Sequence[ExampleHousehold],
    fit: FitSpec,
    language: Language,
    scale: int = WHOLE,
) -> tuple[Worth, ...]:
    """What the transfer pays to each household, whatever its own condition says.

    `scale`: parts per million paid of each entitlement, where the fit lowers them all alike.
    Raises InputError for a transfer that cannot be (the same faults as in a plan).
    """
    anyone = transfer.model_copy(update={"when": None})
    facts = Facts(made_up_registry(households), made_up_exposure(households))
    entitled = entitle_everyone((anyone,), facts)
    amounts = round_amounts(entitled.groups, entitled.denominator, (anyone,), fit, scale)[entitled.groups.of]
    return tuple(
        Worth(
            Fraction(int(numerator), entitled.denominator),
            int(kip),
            int(kip) * transfer.rounds,
            how_sentence(transfer, household, language),
        )
        for numerator, kip, household in zip(entitled.numerator, amounts, households, strict=True)
    )


def made_up_registry(households: Sequence[ExampleHousehold]) -> Registry:
    """A registry of these households alone; only the fields that amounts read are filled."""
    count = len(households)
    known = ("members", "income_kip", "other_aid_kip", "earlier_payment_kip")
    columns: dict[str, pd.Series] = {}
    for field in FIELDS:
        values: list[object] = (
            [getattr(each, field.name) for each in households] if field.name in known else [None] * count
        )
        columns[field.name] = pd.Series(values, dtype=DTYPES[field.kind])
    frame = pd.DataFrame(columns)
    frame["household_id"] = [f"example {number}" for number in range(1, count + 1)]
    frame["source_row"] = np.arange(1, count + 1, dtype=np.int64)
    frame["village"] = np.full(count, -1, dtype=np.int32)
    frame["duplicate"] = np.full(count, -1, dtype=np.int32)
    villages = pd.DataFrame({name: pd.Series([], dtype="str") for name in ("key", "code", "district")})
    return Registry(frame, villages, pd.DataFrame(), frozenset(known), count, (), ())


def made_up_exposure(households: Sequence[ExampleHousehold]) -> Exposure:
    """The households hit for certain, each with its own severity."""
    count = len(households)
    return Exposure(
        (),
        np.full(count, Certainty.CERTAIN, dtype=np.int8),
        np.array([household.severity for household in households], dtype=np.int8),
        np.ones(count),
        np.zeros(count, dtype=np.int8),
    )


def how_sentence(transfer: TransferSpec, household: ExampleHousehold, language: Language) -> str:
    """How the amount comes about, in the words of the explanation."""
    text = tr(
        f"explain.how.{transfer.mode}",
        {
            "kip": transfer.kip or 0,
            "members": household.members,
            "income": show_number(household.income_kip),
            "aid": show_number(household.other_aid_kip),
            "share": (transfer.share or 0) * 100,
            "base": transfer.base_kip or 0,
        },
        language,
    )
    level = Severity(household.severity).name.lower()
    factor = transfer.severity_factor.get(level)  # type: ignore[call-overload]  # the names of Severity
    if factor is not None:
        severity = tr(f"rule.word.{level}", None, language)
        text = tr("explain.how.factor", {"how": text, "factor": factor, "severity": severity}, language)
    if transfer.minimum_kip is not None:
        text = tr("explain.how.minimum", {"how": text, "kip": transfer.minimum_kip}, language)
    if transfer.maximum_kip is not None:
        text = tr("explain.how.maximum", {"how": text, "kip": transfer.maximum_kip}, language)
    if transfer.deduct_earlier:
        earlier = show_number(household.earlier_payment_kip)
        text = tr("explain.how.earlier", {"how": text, "kip": earlier}, language)
    return text
