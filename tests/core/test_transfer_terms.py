"""What is printed of a transfer is what it pays: on the wall of the village and in the ministry's plan."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.budget import Status
from shockplan.demo import write_demo
from shockplan.exposure import Certainty
from shockplan.inputs import read_inputs
from shockplan.outputs.notice_pdf import notice_parts
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.outputs.transfer_terms import met_severities, value_lines
from shockplan.plan import make_plan
from shockplan.rule_sentences import word
from shockplan.shocks.layer import Severity
from shockplan.texts import show_number
from tests.core.money_case import exposure_of, plan_of, registry_of, run, spec_of
from tests.core.pdf_text import needs_pdftotext, page_texts

BANDS = [{"members_from": 1, "kip": 400_000}, {"members_from": 4, "kip": 610_000}]
MODES = (
    {"mode": "flat", "kip": 455_000},
    {"mode": "bands", "bands": BANDS},
    {"mode": "on_top_of_base", "kip": 150_500, "base_kip": 150_000},
    {"mode": "share_of_base", "share": Decimal("0.33"), "base_kip": 150_000},
)
FACTORS = {"low": Decimal("0.5"), "moderate": Decimal("0.75"), "severe": Decimal("1.2")}
GOODS = {"item": "Rice", "item_lo": "ເຂົ້າ", "unit": "kg", "unit_lo": "ກິໂລ", "per_person": 15}


def levels(line: str) -> list[str]:
    """The severities that a line is for: `Severity none, low: ...`."""
    return line.split(": ")[0].split(" ", 1)[1].split(", ")


def case_of(transfer: dict, households: list[tuple[int, int]], fit: dict, budget: int = 10**9):
    """A plan for households given as (members, severity)."""
    members, severities = [list(each) for each in zip(*households, strict=True)]
    spec = spec_of([transfer], [{"amount": budget}], fit=fit)
    exposure = exposure_of([Certainty.CERTAIN] * len(members), severities)
    return plan_of(run(spec, registry_of(len(members), members=members), exposure))


@given(
    transfer=st.sampled_from(MODES),
    factors=st.dictionaries(st.sampled_from(list(FACTORS)), st.decimals("0.1", 2, places=2)),
    bounds=st.tuples(st.integers(0, 300_000), st.integers(300_000, 900_000)),
    households=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), min_size=1, max_size=12),
    rounding=st.sampled_from(["down", "nearest", "up"]),
    budget=st.integers(100_000, 10_000_000),
    language=st.sampled_from(["en", "lo"]),
)
def test_every_amount_that_is_paid_stands_at_its_severity_and_size(
    transfer, factors, bounds, households, rounding, budget, language
) -> None:
    table = {**transfer, "severity_factor": factors, "minimum_kip": bounds[0], "maximum_kip": bounds[1]}
    fit = {"step_kip": 1000, "rounding": rounding, "method": "scale", "floor_share": Decimal("0.2")}
    plan = case_of(table, households, fit, budget)
    (spec,) = plan.inputs.spec.transfers
    lines = value_lines(spec, plan.inputs.spec.fit, language, met_severities(plan, 0), plan.allocation.scale)
    for (members, severity), kip, status in zip(
        households, plan.allocation.round_kip.tolist(), plan.allocation.status.tolist(), strict=True
    ):
        if status != Status.FUNDED:
            continue
        name = word(Severity(severity).name.lower(), language)
        (line,) = lines if len(lines) == 1 else (each for each in lines if name in levels(each))
        if spec.mode == "bands":
            line = line.rsplit(";", 1)[members >= 4]
        assert f"{show_number(kip)} " in line


@pytest.mark.parametrize("language", ["en", "lo"])
@pytest.mark.parametrize("mode", ["per_person", "meb_gap"])
def test_what_cannot_be_worked_out_beforehand_names_every_term_that_moves_it(mode: str, language) -> None:
    own = {"kip": 90_000} if mode == "per_person" else {
        "basket_kip": 700_000, "source": "made up", "each_other": Decimal("0.7"), "months_per_round": 2
    }  # fmt: skip
    table = {
        "mode": mode, **own, "severity_factor": FACTORS, "minimum_kip": 100_000, "maximum_kip": 1_400_000,
        "in_kind": [{**GOODS, "per_household": Decimal("2.5")}],
    }  # fmt: skip
    plan = case_of({"mode": "flat", "kip": 1}, [(3, 3), (5, 1)], {})
    spec = spec_of([table]).transfers[0]
    lines = value_lines(spec, plan.inputs.spec.fit, language, (3, 1), 412_345)
    text = "\n".join(lines)
    numbers = ["1.2", "0.5", "41.2345", "100,000", "1,400,000", "15", "2.5"]
    numbers += ["90,000"] if mode == "per_person" else ["700,000", "0.7", "2"]
    for number in numbers:
        assert number in text
    assert "0.75" not in text  # nobody is hit moderately
    assert ("ກິໂລ" in text, "kg" in text) == ((True, False) if language == "lo" else (False, True))


@pytest.mark.parametrize("language", ["en", "lo"])
def test_that_an_earlier_payment_is_taken_off_is_said(language) -> None:
    plain, less = (
        value_lines(
            spec_of([{"mode": "flat", "kip": 50_000, "deduct_earlier": deducted}]).transfers[0],
            spec_of().fit, language, (3,),
        )
        for deducted in (False, True)
    )  # fmt: skip
    assert less[: len(plain)] == plain
    assert len(less) == len(plain) + 1


@pytest.fixture(scope="module")
def demo_plan(tmp_path_factory: pytest.TempPathFactory):
    return make_plan(read_inputs(write_demo(tmp_path_factory.mktemp("demo"))))


@pytest.mark.parametrize("language", ["en", "lo"])
def test_the_demos_notice_states_each_amount_its_lists_pay_and_the_rice(demo_plan, language) -> None:
    text = "\n".join(sentence for _, said in notice_parts(demo_plan, language) for sentence in said)
    funded = demo_plan.allocation.status == Status.FUNDED
    paid = set(demo_plan.allocation.round_kip[funded].tolist())
    assert len(paid) > 5
    assert [kip for kip in paid if f"{show_number(kip)} " not in text] == []
    assert ("ເຂົ້າ 15 ກິໂລ" if language == "lo" else "Rice 15 kg") in text


@needs_pdftotext
@pytest.mark.parametrize("language", ["en", "lo"])
def test_the_ministrys_plan_states_them_too(demo_plan, tmp_path: Path, language) -> None:
    write_plan_pdf(demo_plan, tmp_path / "plan.pdf", language, None)
    text = " ".join(" ".join(page_texts(tmp_path / "plan.pdf")).split())
    for kip in (200_000, 300_000, 450_000, 600_000, 800_000, 150_000):
        assert f" {show_number(kip)} " in text
