"""Cash sheets, labels, mobile-money batches, HXL and the files that persons fill in."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shockplan.budget import Status
from shockplan.cash import grams_of, notes_of
from shockplan.decisions import read_decisions
from shockplan.outputs.cash_xlsx import district_cash_xlsx, order_xlsx, orders_of, paid_in_cash, village_cash
from shockplan.outputs.decision_csv import duplicates_csv, verify_csv
from shockplan.outputs.figures import district_figures, group_by_village, village_figures
from shockplan.outputs.hxl import hxl_csv
from shockplan.outputs.labels_pdf import SHEETS, write_labels_pdf
from shockplan.outputs.lines import paid_rows, village_lists
from shockplan.outputs.mobile_money import mobile_csv, mobile_rows, msisdn
from shockplan.planfile import CashSpec, DecisionsSpec
from shockplan.problems import InputError
from shockplan.registry.duplicates import with_duplicates
from shockplan.texts import problem_sentence
from tests.core.made_up import made_up_registry
from tests.core.pdf_text import needs_pdftotext, page_texts
from tests.core.table_plan import table_plan

NOTES = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500)
GRAMS = {str(note): f"{1 + place / 8}" for place, note in enumerate(NOTES)}  # made up


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def uneven_plan(n: int = 200):
    """A plan whose amounts need every kind of note; some cannot be made up at all."""
    plan = table_plan(n)
    funded = np.flatnonzero(plan.allocation.status == Status.FUNDED)
    plan.allocation.round_kip[funded] = 338_500 + 1_000 * np.arange(len(funded))
    plan.allocation.round_kip[funded[paid_in_cash(plan, funded)][3]] = 100_250
    return plan


def with_cash(plan, **cash):
    """The plan with a [cash] table of its own."""
    spec = plan.inputs.spec.model_copy(update={"cash": CashSpec.model_validate(cash)})
    return replace(plan, inputs=replace(plan.inputs, spec=spec))


def exact(cells) -> list[Decimal]:
    return [Decimal(str(cell).replace(",", "")) for cell in cells]


def test_cash_and_mobile_together_are_every_payment_of_the_round():
    plan = uneven_plan()
    for number in (1, 2, 3):
        rows = paid_rows(plan, number)
        cash = rows[paid_in_cash(plan, rows)]
        assert sorted([*cash, *mobile_rows(plan, number)]) == sorted(rows)
        assert len(mobile_rows(plan, number)) > 0


def test_notes_times_their_value_and_the_rest_are_the_amounts_of_each_village():
    plan = uneven_plan()
    rest = 0
    for listed in village_lists(plan, "lo", 1):
        cash = village_cash(plan, listed)
        made = int((cash.envelopes.counts * np.array(cash.envelopes.notes)).sum())
        assert made + cash.rest_kip == cash.amounts.sum()
        rest += cash.rest_kip
    assert rest == 100_250


def test_the_bank_order_is_the_sum_of_the_districts_and_of_the_envelopes():
    plan = with_cash(uneven_plan(), grams=GRAMS)
    book = CalamineWorkbook.from_filelike(io.BytesIO(order_xlsx(plan)))
    order = [row for row in book.get_sheet_by_name("Order").to_python() if isinstance(row[1], float | int)]
    rows = paid_rows(plan, 1)
    cash = rows[paid_in_cash(plan, rows)]
    assert order[0][0] == 1
    assert order[0][1] == len(cash)
    assert order[0][-1] == plan.allocation.round_kip[cash].sum()
    assert order[0][-2] == 100_250
    districts = [row for row in book.get_sheet_by_name("Districts").to_python() if row[0] == 1]
    assert np.array([exact(row[4:]) for row in districts]).sum(axis=0).tolist() == exact(order[0][1:])
    assert np.array([exact(row[1:]) for row in order[:-1]]).sum(axis=0).tolist() == exact(order[-1][1:])
    counts = exact(order[0][2:10])
    assert exact(order[0][10:12]) == [
        sum(counts),
        sum(count * Decimal(GRAMS[str(note)]) for note, count in zip(NOTES, counts, strict=True)),
    ]
    amounts = [row for row in book.get_sheet_by_name("Amounts").to_python() if row[0] == 1]
    by_amount = np.array([exact(row[2:]) for row in amounts[:-1]])
    assert by_amount.sum(axis=0).tolist() == exact(amounts[-1][2:]) == exact(order[0][1:])
    assert [row[1] * row[2] for row in amounts[:-1]] == [row[-1] for row in amounts[:-1]]
    assert [row[1] for row in amounts[:-1]] == sorted({row[1] for row in amounts[:-1]}, reverse=True)
    assert (
        sum(value * count for value, count in zip(NOTES, order[0][2:10], strict=True)) + 100_250
        == order[0][-1]
    )


def test_a_districts_cash_sheet_holds_each_envelope_and_adds_up():
    plan = uneven_plan()
    lists = [*village_lists(plan, "lo", 1, "LA1701"), *village_lists(plan, "lo", 2, "LA1701")]
    book = CalamineWorkbook.from_filelike(io.BytesIO(district_cash_xlsx(plan, lists)))
    assert book.sheet_names == [
        f"R{number}{kind}" for number in (1, 2) for kind in ("", " envelopes", " amounts")
    ]
    villages = [row for row in book.get_sheet_by_name("R1").to_python() if isinstance(row[2], float | int)]
    envelopes = [
        row for row in book.get_sheet_by_name("R1 envelopes").to_python() if isinstance(row[1], float | int)
    ]
    assert villages[-1][-1] == sum(row[-1] for row in envelopes) == sum(row[-1] for row in villages[:-1])
    assert villages[-1][2] == len(envelopes)
    (order,) = [one for one in orders_of(plan) if (one.round_number, one.district) == (1, "LA1701")]
    assert villages[-1][3:12] == [*order.notes, sum(order.notes)]
    assert villages[-1][13:] == [order.rest_kip, order.kip]
    assert "weight of a note not stated" in villages[-1][12]  # none is made up
    amounts = book.get_sheet_by_name("R1 amounts").to_python()
    assert (amounts[-1][1], amounts[-1][-1]) == (len(envelopes), order.kip)


def test_a_chosen_mix_of_notes_is_used_and_no_other():
    plan = with_cash(uneven_plan(), notes=[50_000, 20_000, 500])
    for order in orders_of(plan):
        made = sum(note * count for note, count in zip((50_000, 20_000, 500), order.notes, strict=True))
        assert made + order.rest_kip == order.kip
    book = CalamineWorkbook.from_filelike(io.BytesIO(order_xlsx(plan)))
    heads = next(row for row in book.get_sheet_by_name("Order").to_python() if "50,000" in row)
    assert [head for head in heads if str(head).replace(",", "").isdecimal()] == ["50,000", "20,000", "500"]


@pytest.mark.parametrize("cash", [{"notes": [100_000, 30_000]}, {"grams": {"7": 1}}])
def test_a_note_that_is_not_in_use_is_refused(cash):
    with pytest.raises(InputError) as caught:
        notes_of(with_cash(table_plan(5), **cash).inputs.spec)
    assert [problem.code for problem in caught.value.problems] == ["cash.unknown_note"]
    assert "100,000" in problem_sentence(caught.value.problems[0], "en")


def test_a_weight_is_said_only_where_every_note_used_has_one():
    spec = with_cash(table_plan(5), notes=[1000, 500], grams={"1000": "0.75"}).inputs.spec
    assert grams_of(spec, (3, 0)) == Decimal("2.25")
    assert grams_of(spec, (3, 1)) is None


def test_a_district_paid_to_wallets_only_needs_no_cash_sheet():
    registry = made_up_registry(60, 5)
    registry.households["channel"] = "mobile"
    plan = table_plan(registry=registry)
    assert district_cash_xlsx(plan, village_lists(plan, "lo", 1)) is None
    assert list(orders_of(plan)) == []
    assert order_xlsx(plan)


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_label_sheets_hold_their_count_inside_a4(sheet: str):
    boxes = SHEETS[sheet].boxes()
    assert len(boxes) == int(sheet)
    assert all(box.x >= -0.01 and box.right <= 595.4 and box.y >= 0 and box.top <= 842 for box in boxes)
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)


@needs_pdftotext
def test_each_envelope_has_one_label_with_amount_notes_and_draft(tmp_path: Path):
    plan = uneven_plan(120)
    path = tmp_path / "labels.pdf"
    lists = list(village_lists(plan, "lo", 1))
    made = write_labels_pdf(plan, path, "lo", lists)
    rows = paid_rows(plan, 1)
    cash = rows[paid_in_cash(plan, rows)]
    assert made == len(cash)
    text = "\n".join(page_texts(path))
    for row in cash[:40]:
        assert text.count(plan.inputs.registry.households["household_id"].iat[row]) == 1
        assert f"{plan.allocation.round_kip[row]:,} ກີບ" in text
    assert text.count("DRAFT: not for payment") == made
    assert text.count("a1b2-c3d4-e5f6-0718") == made
    again = tmp_path / "again.pdf"
    write_labels_pdf(plan, again, "lo", lists)
    assert again.read_bytes() == path.read_bytes()


def test_no_label_sheet_is_written_for_nobody(tmp_path: Path):
    assert write_labels_pdf(table_plan(30), tmp_path / "labels.pdf", "en", []) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("02055512345", "8562055512345"),
        ("20 5551 2345", "8562055512345"),
        ("+856 20 5551-2345", "8562055512345"),
        ("008562055512345", "8562055512345"),
        ("030 5551234", "856305551234"),
        ("55512345", ""),
        ("0215551234", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_lao_mobile_numbers_are_written_as_operators_write_them(phone: str | None, number: str):
    assert msisdn(phone) == number


@given(st.text())
def test_no_text_breaks_the_reading_of_a_phone_number(text: str):
    assert msisdn(text) == "" or msisdn(text).startswith("856")


def test_the_mobile_batch_has_a_line_a_payment_and_says_which_are_not_ready():
    plan = table_plan(200)
    plan.inputs.registry.households.loc[:, ["phone", "account"]] = None
    rows = mobile_rows(plan, 1)
    plan.inputs.registry.households.loc[rows[0], "phone"] = "02055512345"
    lines = read_csv(mobile_csv(plan, 1, rows))
    assert sum(int(line["amount"]) for line in lines) == plan.allocation.round_kip[rows].sum()
    assert [line["ready"] for line in lines] == ["yes", *["no"] * (len(rows) - 1)]
    assert lines[0]["msisdn"] == "8562055512345"
    assert len({line["reference"] for line in lines}) == len(lines)
    assert "DRAFT: not for payment" in lines[0]["notice"]


def test_the_hxl_summary_has_tags_under_the_headings_and_no_person():
    plan = table_plan(200)
    districts = district_figures(plan, village_figures(plan, group_by_village(plan)))
    rows = list(csv.reader(io.StringIO(hxl_csv(plan, districts).decode("utf-8-sig"), newline="")))
    assert all(tag.startswith("#") for tag in rows[1])
    assert len(set(rows[1])) == len(rows[1])
    table = pd.DataFrame(rows[2:], columns=rows[1])
    assert table["#value+committed+currency_lak"].astype("int64").sum() == plan.summary.committed_kip
    assert table["#adm2+code"].tolist() == [f"LA170{number}" for number in range(1, 6)]


def test_the_verify_file_is_read_back_with_its_answers(tmp_path: Path):
    plan = table_plan(200)
    lines = read_csv(verify_csv(plan, "lo"))
    assert len(lines) == plan.summary.verify
    assert all(line["questions"] for line in lines)
    for number, line in enumerate(lines):
        line["answer"] = ["yes", "no", ""][number % 3]
    with (tmp_path / "verify.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    decisions, _, problems = read_decisions(DecisionsSpec(verify="verify.csv"), tmp_path)
    assert problems == ()
    assert decisions.verify == {
        line["household_id"]: line["answer"] == "yes" for line in lines if line["answer"]
    }


def test_the_duplicates_file_lists_each_cluster_together(tmp_path: Path):
    registry = made_up_registry(60, 5)
    registry.households.loc[[3, 40, 7, 50], "document_id"] = ["D1", "D1", "D2", "D2"]
    plan = table_plan(registry=with_duplicates(registry, "r.csv", similar_names=False))
    content = duplicates_csv(plan)
    assert {(line["score"], line["reasons"].split("|")[0]) for line in read_csv(content)} == {
        ("100.0", "document")
    }
    assert [(line["cluster"], line["household_id"]) for line in read_csv(content)] == [
        ("0", "HH0000004"), ("0", "HH0000041"), ("1", "HH0000008"), ("1", "HH0000051"),
    ]  # fmt: skip
    (tmp_path / "duplicates.csv").write_bytes(content)
    decisions, _, problems = read_decisions(DecisionsSpec(duplicates="duplicates.csv"), tmp_path)
    assert (decisions.duplicates, problems) == ({}, ())
