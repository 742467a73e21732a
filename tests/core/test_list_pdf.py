"""The signing list as printed: every line, every total, every warning, on pages that never split a row."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from shockplan.budget import Status
from shockplan.outputs.amount_words import amount_in_words
from shockplan.outputs.lines import village_lists
from shockplan.outputs.list_pdf import COLUMNS, ROW, SUM_ROW, sheets, write_list_pdf
from shockplan.outputs.list_sheet import HEAD_FIRST, HEAD_NEXT, TABLE_HEAD, frame_of
from shockplan.outputs.paper import MM
from shockplan.progress import Cancelled
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan
from tests.core.pdf_text import needs_pdftotext, page_texts

DRAFT = ("ຮ່າງ: ຫ້າມໃຊ້ຈ່າຍເງິນ", "DRAFT: not for payment")
MADE_UP = "MADE UP, for training"
ROOT = Path(__file__).resolve().parents[2]


def one_village(n: int):
    """A registry whose households all live in one village."""
    registry = made_up_registry(n, 5)
    registry.households["village"] = 0
    registry.households["district"] = registry.villages["district"].iloc[0]
    return registry


@needs_pdftotext
@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_line_is_printed_and_copied_out_as_it_went_in(tmp_path: Path, language) -> None:
    plan = paper_plan(150)
    write_list_pdf(plan, tmp_path / "list.pdf", language)
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    for village in village_lists(plan, language):
        assert village.header.list_id in text
        assert village.header.village in text
        for line in village.lines:
            for shown in (line.household_id, line.book, line.head, line.amount, line.notes):
                assert shown in text


@needs_pdftotext
def test_page_totals_and_carried_forward_totals_lead_to_the_village_total(tmp_path: Path) -> None:
    plan = paper_plan(registry=one_village(120))
    write_list_pdf(plan, tmp_path / "list.pdf", "en")
    pages = page_texts(tmp_path / "list.pdf")
    (village,) = village_lists(plan, "en")
    assert len(pages) > 3
    carried = 0
    for number, page in enumerate(pages, 1):
        spaced = " ".join(page.split())
        if number > 1:
            assert f"Brought forward {carried:,}" in spaced
        assert f"page {number} of {len(pages)}" in page
        carried += int(spaced.split("Total of this page ")[1].split(" ")[0].replace(",", ""))
        if number < len(pages):
            assert f"Carried forward {carried:,}" in spaced
    assert carried == village.total_kip
    assert f"{village.total} kip" in pages[-1]
    assert "Village chief" in pages[-1]
    assert f"({amount_in_words(village.total_kip, 'lo')})" in pages[-1]
    assert f"({amount_in_words(village.total_kip, 'en')})" in " ".join(pages[-1].split())


@needs_pdftotext
def test_every_page_of_an_unsigned_plan_says_draft_in_both_languages(tmp_path: Path) -> None:
    write_list_pdf(paper_plan(100), tmp_path / "list.pdf", "lo")
    for page in page_texts(tmp_path / "list.pdf"):
        assert all(warning in page for warning in DRAFT)
        assert MADE_UP in page


@needs_pdftotext
def test_a_signed_plan_of_real_people_carries_no_warning(tmp_path: Path) -> None:
    write_list_pdf(paper_plan(100, approved=True, made_up=False), tmp_path / "list.pdf", "lo")
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    assert not any(warning in text for warning in (*DRAFT, MADE_UP))


@needs_pdftotext
def test_every_page_carries_the_fingerprint_and_its_list(tmp_path: Path) -> None:
    write_list_pdf(paper_plan(100), tmp_path / "list.pdf", "en")
    for page in page_texts(tmp_path / "list.pdf"):
        assert "Plan a1b2-c3d4-e5f6-0718" in page
        assert "LA17" in page


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("rows", [*range(1, 60), 500, 5000])
def test_pages_cover_every_row_once_and_the_last_page_carries_a_row(rows: int, landscape: bool) -> None:
    planned = sheets(rows, frame_of(paper_plan(1), "lo", COLUMNS, "list.title", landscape))
    assert [sheet.start for sheet in planned] == [0, *(sheet.stop for sheet in planned[:-1])]
    assert planned[-1].stop == rows
    assert all(sheet.stop > sheet.start for sheet in planned)
    assert [sheet.last for sheet in planned] == [False] * (len(planned) - 1) + [True]


def test_a_row_leaves_12_mm_for_a_thumb() -> None:
    assert ROW >= 12 * MM


@pytest.mark.parametrize("language", ["lo", "en"])
def test_two_runs_give_the_same_bytes(tmp_path: Path, language) -> None:
    plan = paper_plan(120)
    write_list_pdf(plan, tmp_path / "one.pdf", language)
    write_list_pdf(plan, tmp_path / "two.pdf", language)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert b"Helvetica" not in (tmp_path / "one.pdf").read_bytes()


@needs_pdftotext
def test_a_name_of_300_letters_is_cut_in_its_cell_and_printed_in_full_behind(tmp_path: Path) -> None:
    registry = made_up_registry(30, 3)
    name = "ທ້າວສົມຈັນ" * 30
    registry.households["head_name_lo"] = name
    write_list_pdf(paper_plan(registry=registry), tmp_path / "list.pdf", "lo")
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    assert "…" in text
    assert name in text.replace("\n", "")


@needs_pdftotext
def test_emoji_control_characters_and_right_to_left_names_do_not_break_a_page(tmp_path: Path) -> None:
    registry = made_up_registry(30, 3)
    registry.households["head_name_lo"] = "ສົມ\x07ຈັນ 😀 سلام"
    registry.households["collector_name"] = "a\u202eb"
    write_list_pdf(paper_plan(registry=registry), tmp_path / "list.pdf", "lo")
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    assert "ສົມຈັນ 😀" in text  # as copied out; on paper a box, spelled out behind
    assert "ສົມຈັນ [U+1F600] [U+0633][U+0644][U+0627][U+0645]" in text.replace("\n", "")
    assert "(ab)" in text


@needs_pdftotext
def test_amounts_of_12_digits_stay_whole(tmp_path: Path) -> None:
    plan = paper_plan(registry=one_village(3))
    plan.allocation.round_kip[plan.allocation.round_kip > 0] = 123_456_789_012
    write_list_pdf(plan, tmp_path / "list.pdf", "lo")
    assert "123,456,789,012" in "\n".join(page_texts(tmp_path / "list.pdf"))


@needs_pdftotext
def test_a_total_of_18_digits_is_never_cut(tmp_path: Path) -> None:
    plan = paper_plan(60)
    funded = plan.allocation.status == Status.FUNDED
    plan.allocation.round_kip[funded] = 999_999_999_999
    plan.allocation.round_kip[np.flatnonzero(funded)[0]] = 123_456_789_012_345_678
    write_list_pdf(plan, tmp_path / "list.pdf", "lo")
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    for village in village_lists(plan, "lo", 1):
        assert text.count(village.total) >= 2
        assert village.subtotal(0, 1) in text
    assert "…" not in text


@needs_pdftotext
@pytest.mark.parametrize("households", [1, 5000])
def test_a_village_of_one_and_of_five_thousand(tmp_path: Path, households: int) -> None:
    plan = paper_plan(registry=one_village(households))
    write_list_pdf(plan, tmp_path / "list.pdf", "lo")
    pages = page_texts(tmp_path / "list.pdf")
    (village,) = village_lists(plan, "lo")
    assert f"ໜ້າ {len(pages)} ໃນ {len(pages)}" in pages[-1]
    assert f"{village.total} ກີບ" in pages[-1]


@needs_pdftotext
def test_a_plan_that_pays_nobody_says_so(tmp_path: Path) -> None:
    write_list_pdf(paper_plan(0), tmp_path / "list.pdf", "en")
    (page,) = page_texts(tmp_path / "list.pdf")
    assert "Nobody is paid in this plan." in page
    assert DRAFT[1] in page


def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_list_pdf(paper_plan(50), tmp_path / "list.pdf", "lo", stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_os_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_list_pdf(paper_plan(5), tmp_path / "none" / "list.pdf", "lo")
    assert list(tmp_path.iterdir()) == []


@needs_pdftotext
def test_a_list_on_its_side_holds_the_same_lines(tmp_path: Path) -> None:
    plan = paper_plan(100)
    write_list_pdf(plan, tmp_path / "list.pdf", "lo", landscape=True)
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    assert all(line.household_id in text for village in village_lists(plan, "lo") for line in village.lines)
    assert PdfReader(tmp_path / "list.pdf").pages[0].mediabox.width > 800


@needs_pdftotext
def test_a_district_alone_holds_its_own_households_only(tmp_path: Path) -> None:
    plan = paper_plan(200)
    write_list_pdf(plan, tmp_path / "list.pdf", "lo", district="LA1703")
    text = "\n".join(page_texts(tmp_path / "list.pdf"))
    for village in village_lists(plan, "lo"):
        for line in village.lines:
            assert (line.household_id in text) == (village.header.district_code == "LA1703")


def test_a_row_never_reaches_into_the_foot_of_a_page() -> None:
    frame = frame_of(paper_plan(1), "lo", COLUMNS, "list.title")
    for sheet in sheets(500, frame):
        head = HEAD_FIRST if sheet.start == 0 else HEAD_NEXT + SUM_ROW
        used = head + TABLE_HEAD + (sheet.stop - sheet.start) * ROW + 2 * SUM_ROW
        assert used <= frame.room


def test_neither_time_zone_nor_locale_nor_hash_seed_changes_a_byte(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.core.paper_plan import paper_plan;"
        "from shockplan.outputs.list_pdf import write_list_pdf;"
        "from shockplan.outputs.plan_pdf import write_plan_pdf;"
        "plan = paper_plan(60); folder = Path(sys.argv[1]); folder.mkdir();"
        "write_list_pdf(plan, folder / 'list.pdf', 'lo');"
        "write_plan_pdf(plan, folder / 'plan.pdf', 'lo', lambda *given: None)"
    )
    for name, zone, locale, seed in (("one", "UTC", "C.UTF-8", "1"), ("two", "Asia/Vientiane", "C", "2")):
        here = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        subprocess.run([sys.executable, "-c", program, str(tmp_path / name)], check=True, cwd=ROOT, env=here)
    for file in ("list.pdf", "plan.pdf"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
