"""Slips for households and notices for villages: what they hold, and what they never show."""

from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4

from shockplan.outputs.drawing import Box
from shockplan.outputs.labels_pdf import write_labels_pdf
from shockplan.outputs.lines import count_lists, village_lists
from shockplan.outputs.notice_pdf import public_part, write_notice_pdf
from shockplan.outputs.paper import MM
from shockplan.outputs.slip_pdf import slip_boxes, write_slip_pdf
from shockplan.planfile import Condition
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan
from tests.core.pdf_places import placed_texts
from tests.core.pdf_text import needs_pdftotext, page_texts


def rule(**parts) -> Condition:
    return Condition.model_validate(parts)


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_funded_household_gets_a_slip_with_its_amount_and_list_number(tmp_path: Path, language) -> None:
    plan = paper_plan(120)
    write_slip_pdf(plan, tmp_path / "slips.pdf", language)
    text = "\n".join(page_texts(tmp_path / "slips.pdf"))
    for village in village_lists(plan, language):
        assert text.count(village.header.list_id) >= len(village.lines)
        for line in village.lines:
            assert text.count(line.household_id) == 1
            assert line.amount in text


@needs_pdftotext
def test_every_slip_says_draft_itself_since_it_is_cut_out(tmp_path: Path) -> None:
    plan = paper_plan(120)
    write_slip_pdf(plan, tmp_path / "slips.pdf", "lo")
    text = "\n".join(page_texts(tmp_path / "slips.pdf"))
    assert text.count("DRAFT: not for payment") == plan.summary.funded
    assert text.count("020 5555 0000") == plan.summary.funded


def test_slips_stand_apart_inside_the_page() -> None:
    boxes = slip_boxes(Box(34, 34, A4[0] - 68, A4[1] - 68))
    assert len(boxes) == 8
    for number, box in enumerate(boxes):
        assert box.x >= 34
        assert box.top <= A4[1] - 34
        for other in boxes[number + 1 :]:
            assert box.right < other.x or other.right < box.x or box.y > other.top or other.y > box.top


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_notice_names_the_village_and_nobody_in_it(tmp_path: Path, language) -> None:
    plan = paper_plan(120)
    write_notice_pdf(plan, tmp_path / "notice.pdf", language)
    pages = page_texts(tmp_path / "notice.pdf")
    assert len(pages) == count_lists(plan)
    for page, village in zip(pages, village_lists(plan, language), strict=True):
        assert village.header.village in page
        assert "020 5555 0000" in page
        assert "100,000" in page
        for line in village.lines:
            assert line.household_id not in page
            assert line.book == "—" or line.book not in page


def test_what_is_asked_about_body_and_papers_is_not_put_on_a_wall() -> None:
    whole = rule(
        all=[
            {"field": "affected", "equals": True},
            {"any": [{"field": "disabled", "at_least": 1}, {"field": "under_5", "at_least": 2}]},
            {"none": [{"field": "birth_unregistered", "equals": True}]},
        ]
    )
    kept = public_part(whole)
    assert kept == rule(
        all=[{"field": "affected", "equals": True}, {"any": [{"field": "under_5", "at_least": 2}]}]
    )
    assert public_part(rule(field="pregnant", equals=True)) is None
    assert public_part(rule(field="affected", equals=True)) == rule(field="affected", equals=True)


@needs_pdftotext
@pytest.mark.parametrize(("transfers", "pages"), [(1, 1), (6, 1), (25, 2)])
def test_a_long_notice_gets_smaller_and_then_goes_on_and_never_runs_off_its_page(
    tmp_path: Path, transfers: int, pages: int
) -> None:
    spec = paper_plan(30).inputs.spec
    many = tuple(
        spec.transfers[0].model_copy(update={"id": f"t{n}", "name": f"Transfer {n}"})
        for n in range(transfers)
    )
    plan = paper_plan(30, spec=spec.model_copy(update={"transfers": many}))
    write_notice_pdf(plan, tmp_path / "notice.pdf", "en")
    found = page_texts(tmp_path / "notice.pdf")
    assert len(found) == pages * count_lists(plan)
    here = " ".join(found[:pages])
    assert [n for n in range(transfers) if f"Transfer {n}," not in here] == []
    assert "020 5555 0000" in here
    assert f"page {pages} of {pages}" in here
    for page in range(pages):
        for text in placed_texts(tmp_path / "notice.pdf", page):
            assert float(text.split(" ")[1]) > 30


@needs_pdftotext
def test_a_notice_says_that_further_needs_count_when_it_leaves_some_out(tmp_path: Path) -> None:
    plan = paper_plan(60)
    spec = plan.inputs.spec
    hidden = {"all": [{"field": "affected", "equals": True}, {"field": "pregnant", "equals": True}]}
    eligibility = spec.eligibility.model_copy(update={"rule": rule(**hidden)})
    changed = paper_plan(60, spec=spec.model_copy(update={"eligibility": eligibility}))
    for told, said in ((plan, False), (changed, True)):
        write_notice_pdf(told, tmp_path / "notice.pdf", "en")
        text = " ".join(page_texts(tmp_path / "notice.pdf")[0].split())
        assert ("Further needs of a household also count" in text) == said
        assert "pregnan" not in text.lower()


@pytest.mark.parametrize("write", [write_slip_pdf, write_notice_pdf])
def test_same_bytes_twice_and_a_plan_of_nobody_says_so(tmp_path: Path, write) -> None:
    plan = paper_plan(40)
    for name in ("one.pdf", "two.pdf"):
        write(plan, tmp_path / name, "lo")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    write(paper_plan(0), tmp_path / "none.pdf", "lo")
    assert (tmp_path / "none.pdf").stat().st_size > 1000


@needs_pdftotext
def test_slips_and_notices_do_not_change_with_pregnancy_disability_or_papers(tmp_path: Path) -> None:
    registry = made_up_registry(60, 3)
    registry.households["pregnant"] = True
    registry.households["birth_unregistered"] = True
    registry.households["disabled"] = 5
    for write in (write_slip_pdf, write_notice_pdf):
        write(paper_plan(60), tmp_path / "one.pdf", "en")
        write(paper_plan(60, registry=registry), tmp_path / "two.pdf", "en")
        assert page_texts(tmp_path / "one.pdf") == page_texts(tmp_path / "two.pdf")


def test_a_slip_with_names_of_300_letters_stays_above_its_foot(tmp_path: Path) -> None:
    registry = made_up_registry(20, 3)
    registry.households["head_name_lo"] = "ສົມຈັນ" * 50
    registry.households["collector_name"] = "ບຸນມີ" * 60
    write_slip_pdf(paper_plan(registry=registry), tmp_path / "slips.pdf", "lo")
    boxes = slip_boxes(Box(12 * MM, 12 * MM, A4[0] - 24 * MM, A4[1] - 24 * MM))
    feet = {f"{box.y:.2f}" for box in boxes}
    for text in placed_texts(tmp_path / "slips.pdf", 0):
        y = text.split(" ")[1]
        assert y in feet or any(box.y + 8 < float(y) < box.top for box in boxes)


@needs_pdftotext
@pytest.mark.parametrize("paper", ["slips", "labels"])
def test_a_name_that_cannot_be_shown_points_to_the_list_that_spells_it_out(
    tmp_path: Path, paper: str
) -> None:
    """The font has no emoji; 300 letters fit nowhere. A name that fits points nowhere."""
    pointed = []
    for name in ("ນາງ ຈັນ", "ນາງ ຈັນ \U0001f33e", "ສົມຈັນ" * 50):
        registry = made_up_registry(20, 3)
        registry.households["head_name_lo"] = name
        plan, path = paper_plan(registry=registry), tmp_path / f"{len(pointed)}.pdf"
        if paper == "slips":
            write_slip_pdf(plan, path, "lo")
            written = plan.summary.funded
        else:
            written = write_labels_pdf(plan, path, "lo", village_lists(plan, "lo"), "14")
        count = "\n".join(page_texts(path)).count("ຂໍ້ຄວາມເຕັມຢູ່ທ້າຍບັນຊີ")
        assert written > 0 and count in (0, written)
        pointed.append(count > 0)
    assert pointed == [False, True, True]
