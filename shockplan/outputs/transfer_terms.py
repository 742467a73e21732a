"""What a transfer pays, in sentences for those who read it: every term that moves the amount is said.

Where the amount depends on nothing but the size of the household and the severity, the amounts
themselves are printed, worked out by the plan's own hops: what is read on the wall is what is paid.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shockplan.budget.amounts import WHOLE
from shockplan.planfile import FitSpec, InKind, TransferSpec
from shockplan.rule_sentences import word
from shockplan.shocks.layer import Severity
from shockplan.texts import Language, Value, own, show_number, tr
from shockplan.transfer_examples import ExampleHousehold, worth

if TYPE_CHECKING:
    from shockplan.plan import Plan

WORKED_OUT = ("flat", "bands", "on_top_of_base", "share_of_base")
"""Modes whose amounts depend on size and severity alone, and on an earlier payment."""


def value_lines(
    transfer: TransferSpec,
    fit: FitSpec,
    language: Language,
    severities: Sequence[int],
    scale: int = WHOLE,
) -> tuple[str, ...]:
    """The value of one round, a line for each severity that changes it, then what else moves it.

    `severities`: those that are met, 0 none to 3 severe; `scale`: parts per million that are paid.
    """
    if transfer.mode in WORKED_OUT:
        lines = list(worked_out(transfer, fit, language, severities, scale))
    else:
        lines = [base_value(transfer, language), *factor_lines(transfer, language, severities)]
        if scale != WHOLE:
            lines.append(scaled_line(scale, language))
        bounds = (("minimum", transfer.minimum_kip), ("maximum", transfer.maximum_kip))
        lines += [
            tr(f"planpdf.value.{name}", {"kip": kip}, language) for name, kip in bounds if kip is not None
        ]
    if transfer.deduct_earlier:
        lines.append(tr("planpdf.value.earlier", None, language))
    lines += [goods_line(item, language) for item in transfer.in_kind]
    return tuple(lines)


def scaled_line(scale: int, language: Language) -> str:
    """What part of each entitlement the money is enough for."""
    return tr("planpdf.value.scaled", {"share": Decimal(scale) / (WHOLE // 100)}, language)


def met_severities(plan: "Plan", transfer: int) -> tuple[int, ...]:
    """The severities of the households that are entitled to this transfer, the hardest hit first."""
    found = np.unique(plan.exposure.severity[plan.entitlements.transfer == transfer])
    return tuple(level for level in reversed(found.tolist()) if level != Severity.NOT_OBSERVED)


def worked_out(
    transfer: TransferSpec, fit: FitSpec, language: Language, severities: Sequence[int], scale: int
) -> Iterator[str]:
    """The amounts, once for all severities at which they are the same."""
    sizes = sorted(band.members_from for band in transfer.bands) or [1]
    levels = tuple(severities) or (Severity.SEVERE,)
    households = [ExampleHousehold(size, level) for level in levels for size in sizes]
    paid = [each.round_kip for each in worth(transfer, households, fit, language, scale)]
    same: dict[tuple[int, ...], list[int]] = {}
    for number, level in enumerate(levels):
        amounts = tuple(paid[number * len(sizes) : (number + 1) * len(sizes)])
        same.setdefault(amounts, []).append(level)
    for amounts, those in same.items():
        if transfer.mode == "bands":
            text = bands_text(sizes, amounts, language)
        else:
            args: dict[str, Value] = {"kip": amounts[0], "share": (transfer.share or Decimal(0)) * 100}
            text = tr(f"planpdf.value.{transfer.mode}", args, language)
        args = {"severity": severity_words(those, language), "value": text}
        yield text if len(same) == 1 else tr("planpdf.value.at_severity", args, language)


def bands_text(sizes: Sequence[int], amounts: Sequence[int], language: Language) -> str:
    """The bands as ranges of people: `1 to 3 people: 400,000 kip; 4 and more: 600,000 kip`."""
    said = []
    for (first, after), kip in zip(pairwise(sizes), amounts, strict=False):
        one = after - 1 == first
        args: dict[str, Value] = {"first": first, "last": after - 1, "kip": kip}
        said.append(tr("planpdf.one_band" if one else "planpdf.band", args, language))
    said.append(tr("planpdf.last_band", {"first": sizes[-1], "kip": amounts[-1]}, language))
    return "; ".join(said)


def base_value(transfer: TransferSpec, language: Language) -> str:
    """What a transfer that depends on more than size and severity starts from."""
    args: dict[str, Value] = {
        "kip": transfer.kip or 0,
        "basket": transfer.basket_kip or 0,
        "first": transfer.first_adult,
        "other": transfer.each_other,
        "months": transfer.months_per_round,
    }
    text = tr(f"planpdf.value.{transfer.mode}", args, language)
    if transfer.mode == "meb_gap" and not transfer.first_adult == transfer.each_other == 1:
        text = f"{text} {tr('planpdf.value.equivalence', args, language)}"
    return text


def factor_lines(transfer: TransferSpec, language: Language, severities: Sequence[int]) -> Iterator[str]:
    """What each severity multiplies the amount by, where it does."""
    if not transfer.severity_factor:
        return
    named = {Severity[name.upper()]: factor for name, factor in transfer.severity_factor.items()}
    same: dict[Decimal, list[int]] = {}
    for level in severities:
        same.setdefault(named.get(Severity(level), Decimal(1)), []).append(level)
    for factor, those in same.items():
        if factor != 1:
            args: dict[str, Value] = {"severity": severity_words(those, language), "factor": factor}
            yield tr("planpdf.value.factor", args, language)


def severity_words(levels: Sequence[int], language: Language) -> str:
    return ", ".join(word(Severity(level).name.lower(), language) for level in levels)


def goods_line(item: InKind, language: Language) -> str:
    """What is handed out besides, each round."""
    quantities = (("person", item.per_person), ("household", item.per_household))
    unit = own(item, "unit", language)
    given = [
        tr(f"planpdf.value.each_{whom}", {"quantity": f"{show_number(quantity)} {unit}"}, language)
        for whom, quantity in quantities
        if quantity
    ]
    name = own(item, "item", language)
    return tr("planpdf.value.goods", {"item": name, "given": ", ".join(given)}, language)
