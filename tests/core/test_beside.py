"""What stands beside the payments: confidential referrals, programmes against the shock, goods, the proof."""

import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from shockplan.budget import Status
from shockplan.budget.allocation import Solved
from shockplan.outputs.figures import district_figures, group_by_village, village_figures
from shockplan.outputs.plan_money import solved_sentence
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.outputs.plan_tables import plan_json, plan_xlsx
from shockplan.outputs.referral_xlsx import plan_referrals, referral_sheets
from shockplan.outputs.writing import write_outputs
from shockplan.plan import Plan
from shockplan.referrals import SERVICES
from shockplan.texts import tr
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan
from tests.core.pdf_text import needs_pdftotext, page_texts
from tests.core.table_plan import draw_nothing


def sheet(content: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def tables(plan: Plan) -> tuple[dict[str, object], bytes]:
    villages = village_figures(plan, group_by_village(plan))
    districts = district_figures(plan, villages)
    return json.loads(plan_json(plan, villages, districts)), plan_xlsx(plan, villages, districts)


def test_the_confidential_sheets_hold_everyone_to_be_referred_once_by_district() -> None:
    plan = paper_plan(200)
    found = plan_referrals(plan)
    households = plan.inputs.registry.households
    expected = set(households["household_id"][(found.flags == 1).any(axis=1)])
    ids: list[object] = []
    marks = 0
    for name, count, content in referral_sheets(plan):
        rows = sheet(content, "Referrals")
        assert "ລັບ" in str(rows[0][0])
        assert "CONFIDENTIAL" in str(rows[0][0])
        assert "DRAFT" in str(rows[1][0])
        assert "MADE UP" in str(rows[2][0])
        lines = rows[5:]
        assert len(lines) == count
        district = name.removeprefix("referrals/").removesuffix(".xlsx")
        here = [line[2] for line in lines]
        assert set(households.set_index("household_id").loc[here, "district"]) == {district}
        ids += here
        marks += sum(cell == "✓" for line in lines for cell in line)
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    assert marks == sum(refer for refer, _ in found.counts().values()) > 0


def test_the_counts_of_the_sheets_add_up_to_those_of_the_plan() -> None:
    plan = paper_plan(200)
    found = plan_referrals(plan)
    summed = dict.fromkeys(range(len(found.services)), 0)
    for _, _, content in referral_sheets(plan):
        for place, line in enumerate(sheet(content, "Counts")[5:]):
            summed[place] += int(str(line[1]).split(".")[0])
    assert list(summed.values()) == [refer for refer, _ in found.counts().values()]
    body, _ = tables(plan)
    assert body["referrals"] == {
        name: {"refer": refer, "not_known": not_known} for name, (refer, not_known) in found.counts().items()
    }


def test_nobody_outside_the_plan_is_referred() -> None:
    plan = paper_plan(200)
    outside = plan.allocation.status == Status.NOT_ELIGIBLE
    assert outside.any()
    assert not plan_referrals(plan).flags[outside].any()


def test_a_service_without_a_field_is_null_and_says_so() -> None:
    registry = made_up_registry(60, 3)
    registry = replace(registry, present=registry.present - {"disabled"})
    plan = paper_plan(registry=registry)
    body, _ = tables(plan)
    assert body["referrals"]["disability_services"] is None
    _, _, content = next(referral_sheets(plan))
    assert "no such field" in str(sheet(content, "Counts")[-1][1])


def test_referrals_lie_outside_the_packs_and_in_the_manifest(tmp_path: Path) -> None:
    plan = paper_plan(40)
    write_outputs(plan, tmp_path, draw_nothing)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    listed = {file["name"] for file in manifest["files"] if file["name"].startswith("referrals/")}
    assert listed == {name for name, _, _ in referral_sheets(plan)}
    assert listed
    words = {"birth_unregistered", "Birth registration", "ຂຶ້ນທະບຽນເກີດ", "Disability services"}
    for path in (tmp_path / "villages").rglob("*"):
        assert "referral" not in path.name
        if path.suffix in (".csv", ".txt", ".json"):
            assert not any(word in path.read_text(encoding="utf-8-sig") for word in words), path


def test_programmes_against_the_shock_add_up_in_every_place() -> None:
    plan = paper_plan(200)
    body, book = tables(plan)
    rows = sheet(book, "Programmes")[4:]
    counts = np.array([row[3:] for row in rows], dtype=float).astype(int)
    assert (counts[:-1].sum(axis=0) == counts[-1]).all()
    used = plan.summary.households_read - plan.summary.rejected
    assert counts[-1].sum() == used
    found = body["programmes"]
    assert sum(found[f"{shock}_{one}"] for shock in ("hit", "missed", "open")
               for one in ("enrolled", "in_none", "unknown")) == used  # fmt: skip
    assert found["hit_in_none"] > 0


def test_goods_are_counted_for_the_funded_over_all_rounds() -> None:
    plan = paper_plan(200)
    body, book = tables(plan)
    funded = plan.allocation.status == Status.FUNDED
    people = int(plan.inputs.registry.households["members"][funded].sum())
    (rice,) = body["goods"]
    assert rice["people"] == people
    assert Decimal(rice["quantity"]) == Decimal("7.5") * people * 3
    assert rice["cost_kip"] is None  # no price is stated, so none is made up
    line = sheet(book, "Goods")[4]
    assert line[1:4] == ["rice", rice["quantity"], "kg"]


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_solved_fit_says_what_is_proven(language) -> None:
    best = solved_sentence(Solved("people", 1234, 1234), language)
    assert "1,234" in best
    assert "%" not in best
    near = solved_sentence(Solved("poverty_gap_kip", 999_999, 1_000_000), language)
    assert "999,999" in near
    assert "1,000,000" in near
    assert "0.0001 %" in near


@needs_pdftotext
def test_the_plan_pdf_counts_referrals_programmes_goods_and_the_proof(tmp_path: Path) -> None:
    plan = paper_plan(200)
    plan = replace(plan, allocation=replace(plan.allocation, solved=Solved("people", 500, 510)))
    path = tmp_path / "plan.pdf"
    write_plan_pdf(plan, path, "en", draw_nothing)
    text = " ".join(" ".join(page_texts(path)).split())
    assert "Referrals beside the cash" in text
    assert "Programmes and the shock" in text
    assert "Goods beside the cash" in text
    assert "Reached: 500 people. It is proven that no plan reaches more than 510 people" in text
    named = [tr(f"referrals.service.{name}", None, "en") for name in SERVICES]
    assert [name for name in named if name in text] == named
    assert tables(plan)[0]["solved"]["bound"] == 510
