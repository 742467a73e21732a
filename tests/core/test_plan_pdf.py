"""The plan PDF: the figures of the summary, tables that add up, provenance, and a page to sign."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from shockplan.budget import Status
from shockplan.outputs.drawing import Box
from shockplan.outputs.equity import SMALLEST_GROUP, group_reach, next_money
from shockplan.outputs.plan_assumptions import classes_text, sentences
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.outputs.plan_teller import Teller
from shockplan.planfile import CashSpec, Classes, Earmark, FitSpec
from shockplan.problems import Problem
from shockplan.rule_sentences import rule_sentence
from shockplan.texts import show_number, tr
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import FINGERPRINT, paper_plan
from tests.core.pdf_text import needs_pdftotext, page_texts


def draw_frame(canvas: Canvas, box: Box, plan: object, language: str, round_number: int = 0) -> None:
    canvas.rect(box.x, box.y, box.width, box.height)


def write(tmp_path: Path, plan, language="en") -> Path:
    path = tmp_path / "plan.pdf"
    write_plan_pdf(plan, path, language, draw_frame)
    return path


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_first_page_holds_the_figures_of_the_summary(tmp_path: Path, language) -> None:
    plan = paper_plan(300)
    first = page_texts(write(tmp_path, plan, language))[0]
    found = plan.summary
    for figure in (found.eligible, found.funded, found.people_funded, found.committed_kip, found.budget_kip):
        assert show_number(figure) in first


@needs_pdftotext
def test_districts_and_villages_add_up_to_the_plan(tmp_path: Path) -> None:
    plan = paper_plan(600)
    pages = "\n".join(page_texts(write(tmp_path, plan), "-layout"))
    where = (
        pages[pages.rindex("4 Where") :].replace(",", "") if "4 Where" in pages else pages.replace(",", "")
    )
    rows = [line.split() for line in where.split("\n") if line.split()]
    totals = [int(row[-1]) for row in rows if row[0] == "Together" and len(row) == 9]
    assert totals[-6] == plan.summary.committed_kip
    assert sum(totals[-5:]) == plan.summary.committed_kip


@needs_pdftotext
def test_every_page_says_draft_and_carries_fingerprint_and_number(tmp_path: Path) -> None:
    pages = page_texts(write(tmp_path, paper_plan(300)))
    for number, page in enumerate(pages, 1):
        assert "ຮ່າງ: ຫ້າມໃຊ້ຈ່າຍເງິນ" in page
        assert "DRAFT: not for payment" in page
        assert "Plan a1b2-c3d4-e5f6-0718" in page
        assert f"page {number} of {len(pages)}" in page


@needs_pdftotext
def test_the_contents_name_the_page_where_each_section_starts(tmp_path: Path) -> None:
    pages = page_texts(write(tmp_path, paper_plan(600)))
    titles = (
        "1 Situation",
        "2 Who",
        "3 How much",
        "4 Where",
        "5 Delivery",
        "6 Choices and assumptions",
        "9 Approval",
    )
    contents = " ".join(pages[1].split())
    for title in titles:
        named = int(contents.split(f"{title} ")[1].split(" ")[0])
        starts = [number for number, page in enumerate(pages, 1) if title in " ".join(page.split())]
        assert starts[-1] == named


@needs_pdftotext
def test_the_last_page_is_signed_for_one_fingerprint(tmp_path: Path) -> None:
    text = " ".join("\n".join(page_texts(write(tmp_path, paper_plan(50)))).split())
    assert f"We approve the plan with the fingerprint {FINGERPRINT}" in text
    assert "Prepared by" in text
    assert "ab" * 32 in text


@needs_pdftotext
def test_findings_are_listed_without_anybodys_particulars(tmp_path: Path) -> None:
    registry = made_up_registry(20, 3)
    named = Problem("list.ask.field", "registry.csv", "head", (7, 9), ("Somchan", "Kham"), {"field": "x"})
    object.__setattr__(registry, "problems", (named,))
    text = "\n".join(page_texts(write(tmp_path, paper_plan(registry=registry))))
    assert "registry.csv" in text
    assert "Somchan" not in text


@pytest.mark.parametrize("language", ["lo", "en"])
def test_title_language_bookmarks_and_same_bytes(tmp_path: Path, language) -> None:
    plan = paper_plan(100)
    first = write(tmp_path, plan, language).read_bytes()
    assert write(tmp_path, plan, language).read_bytes() == first
    reader = PdfReader(tmp_path / "plan.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title
    assert reader.trailer["/Root"]["/Lang"] == language
    assert len([entry for entry in reader.outline if not isinstance(entry, list)]) == 10


def test_a_plan_of_nobody_is_still_a_plan(tmp_path: Path) -> None:
    assert write(tmp_path, paper_plan(0)).stat().st_size > 5000


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_rule_stands_there_in_words_and_the_counts_of_its_conditions(tmp_path: Path, language) -> None:
    plan = paper_plan(300)
    text = "".join("".join(page_texts(write(tmp_path, plan, language))).split())
    said = rule_sentence(plan.inputs.spec.eligibility.rule, language)
    assert "".join(said.split()) in text
    assert tr("planpdf.next_money", None, language).replace(" ", "") in text


def test_groups_too_small_to_hide_in_are_not_shown() -> None:
    assert group_reach(paper_plan(12)) == ()
    groups = group_reach(paper_plan(400))
    assert {group.code for group in groups} >= {"female_head", "female_head.not", "under_5"}
    assert all(group.eligible >= SMALLEST_GROUP for group in groups)
    assert all(group.funded + group.verify <= group.households for group in groups)


def test_the_answers_to_one_question_are_all_the_eligible() -> None:
    plan = paper_plan(2000)
    for question in ("female_head", "under_5", "over_60", "disabled"):
        parts = [group for group in group_reach(plan) if group.code.split(".")[0] == question]
        assert len(parts) == 3
        assert sum(group.eligible for group in parts) == plan.summary.eligible
        assert sum(group.funded for group in parts) == plan.summary.funded


def test_what_all_the_waiting_are_due_pays_all_of_them_and_less_pays_fewer() -> None:
    plan = paper_plan(900)
    bought = next_money(plan)
    assert bought[-1].households == plan.summary.waiting
    assert [item.households for item in bought] == sorted(item.households for item in bought)
    assert bought[0].households < plan.summary.waiting
    rows = np.flatnonzero(plan.allocation.status == Status.WAITING)
    due = plan.allocation.due_kip[rows] * plan.entitlements.rounds[rows]
    assert bought[-1].kip == int(due.sum())
    for item in bought:  # rank is the row's order in this plan
        assert due[: item.households].sum() <= item.kip
        assert due[: item.households + 1].sum() > item.kip or item.households == len(rows)


def test_class_limits_are_said_as_from_and_below() -> None:
    breaks = Classes.model_validate({"breaks": {"severe": Decimal("1.5"), "low": Decimal("0.2")}})
    assert classes_text(breaks, "en") == "low from 0.2 to below 1.5; severe from 1.5; below 0.2: none"
    assert classes_text(Classes(all="severe"), "en") == "severe wherever the layer lies"


@needs_pdftotext
@pytest.mark.parametrize("method", get_args(FitSpec.model_fields["method"].annotation))
@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_way_to_fit_the_budget_can_be_told(tmp_path: Path, method, language) -> None:
    spec = paper_plan(1).inputs.spec
    fund = spec.funds[0].model_copy(
        update={"earmark": Earmark(provinces=("LA17",), shocks=("flood",), expansion="vertical",
                                   transfers=("cash",)), "fee_share": Decimal("0.01"),
                "reserve_share": Decimal("0.05")}
    )  # fmt: skip
    fit = FitSpec(method=method, poverty_line_kip=300_000, poverty_source="made up")
    plan = paper_plan(60, spec=spec.model_copy(update={"fit": fit, "funds": (fund,)}))
    text = "".join("\n".join(page_texts(write(tmp_path, plan, language))).split())
    assert "".join(tr(f"planpdf.fit.{method}", None, language).split()) in text
    for sentence in sentences(Teller.of(plan, language)):
        assert "".join(sentence.split()) in text


def test_a_fee_of_a_channel_is_said_with_its_channel() -> None:
    plan = paper_plan(30)
    spec = plan.inputs.spec
    fund = spec.funds[0].model_copy(update={"fee_by_channel": {"mobile": 2500}})
    changed = replace(plan, inputs=replace(plan.inputs, spec=spec.model_copy(update={"funds": (fund,)})))
    for language, how in (("en", "Mobile wallet"), ("lo", "ກະເປົາເງິນມືຖື")):
        said = " ".join(sentences(Teller.of(changed, language)))
        assert how in said
        assert "2,500" in said
        assert how not in " ".join(sentences(Teller.of(plan, language)))


def test_a_chosen_mix_of_notes_and_the_source_of_their_weight_are_said() -> None:
    plan = paper_plan(30)
    cash = CashSpec.model_validate({"notes": [1000, 50000], "grams": {"1000": 1}, "grams_source": "the bank"})
    spec = plan.inputs.spec.model_copy(update={"cash": cash})
    changed = replace(plan, inputs=replace(plan.inputs, spec=spec))
    for language in ("en", "lo"):
        said = " ".join(sentences(Teller.of(changed, language)))
        assert "50,000, 1,000" in said
        assert "the bank" in said
