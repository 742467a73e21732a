"""The verification list: every open household, each reason as a question, boxes for the answer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.outputs.lines import count_verify_lists, verify_lists
from shockplan.outputs.list_sheet import paginate
from shockplan.outputs.verify_pdf import write_verify_pdf
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan
from tests.core.pdf_text import needs_pdftotext, page_texts


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_household_and_every_question_is_printed(tmp_path: Path, language) -> None:
    plan = paper_plan(200)
    write_verify_pdf(plan, tmp_path / "verify.pdf", language)
    joined = "".join("".join(page_texts(tmp_path / "verify.pdf")).split())
    asked = [line for village in verify_lists(plan, language) for line in village.lines]
    assert len(asked) == plan.summary.verify
    for line in asked:
        assert line.household_id in joined
        assert all("".join(question.split()) in joined for question in line.questions)


@needs_pdftotext
def test_each_household_has_its_three_boxes_and_each_list_its_checker(tmp_path: Path) -> None:
    plan = paper_plan(200)
    write_verify_pdf(plan, tmp_path / "verify.pdf", "en")
    text = "\n".join(page_texts(tmp_path / "verify.pdf"))
    assert text.count("not found") == plan.summary.verify
    assert text.count("Checked by") == count_verify_lists(plan)
    assert "DRAFT: not for payment" in text


@needs_pdftotext
def test_a_plan_with_nothing_open_says_so(tmp_path: Path) -> None:
    write_verify_pdf(paper_plan(0), tmp_path / "verify.pdf", "en")
    (page,) = page_texts(tmp_path / "verify.pdf")
    assert "Nobody has to be verified in this plan." in page


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    plan = paper_plan(120)
    for name in ("one.pdf", "two.pdf"):
        write_verify_pdf(plan, tmp_path / name, "lo")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


@needs_pdftotext
def test_a_long_name_is_printed_in_full_behind(tmp_path: Path) -> None:
    registry = made_up_registry(30, 3)
    name = "ທ້າວສົມຈັນ" * 30
    registry.households["head_name_lo"] = name
    write_verify_pdf(paper_plan(registry=registry), tmp_path / "verify.pdf", "lo")
    assert name in "".join(page_texts(tmp_path / "verify.pdf")).replace("\n", "")


@given(st.lists(st.floats(10, 120), min_size=1, max_size=80), st.floats(0, 150))
def test_rows_of_any_height_stand_on_one_page_each_and_never_overflow(
    heights: list[float], closing: float
) -> None:
    planned = paginate(heights, 400, 500, closing)
    assert [sheet.start for sheet in planned] == [0, *(sheet.stop for sheet in planned[:-1])]
    assert planned[-1].stop == len(heights)
    for number, sheet in enumerate(planned):
        used = sum(heights[sheet.start : sheet.stop]) + (closing if sheet.last else 0)
        assert sheet.stop > sheet.start
        assert used <= (500 if number else 400) + 1e-6
