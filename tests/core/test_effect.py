"""What the plan comes to: shown on paper and in the tables, and changing no payment."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from shockplan.effect import check_effect, effect_of
from shockplan.outputs.drawing import Box
from shockplan.outputs.figures import district_figures, group_by_village, village_figures
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.outputs.plan_tables import plan_json
from shockplan.planfile import EffectSpec
from shockplan.problems import InputError
from shockplan.rules import Facts
from tests.core.money_case import exposure_of, plan_of, registry_of, run, spec_of
from tests.core.paper_plan import paper_plan
from tests.core.pdf_text import needs_pdftotext, page_texts

FLAT = [{"mode": "flat", "kip": 100}]


def test_need_is_a_rule_and_its_errors_are_counted_against_who_is_paid() -> None:
    registry = registry_of(5, pmt_class=["poor", "poor", "rich", "rich", None])
    effect = {"need": {"field": "pmt_class", "equals": "poor"}, "multiplier": Decimal("1.5")}
    spec = spec_of(FLAT, [{"amount": 300}], effect={**effect, "multiplier_source": "a study"})
    found = effect_of(plan_of(run(spec, registry)))
    assert found.errors is not None and found.demand is not None
    errors = found.errors
    assert (errors.needy, errors.missed, errors.leaked, errors.unknown) == (2, 0, 1, 1)
    assert (found.demand.kip, found.gini) == (450, 0.0)
    districts = sum(group.funded for group in found.groups if group.kind == "district")
    assert districts == 3


def test_effect_changes_no_payment() -> None:
    registry = registry_of(4, members=[1, 2, 3, 4])
    spec = spec_of(FLAT, [{"amount": 300}])
    effect = EffectSpec.model_validate({"need": {"field": "members", "below": 3}})
    measured = spec.model_copy(update={"effect": effect})
    assert run(spec, registry).summary == run(measured, registry).summary


@pytest.mark.parametrize(
    ("effect", "code", "key"),
    [
        ({"multiplier": 2}, "effect.no_source", "effect.multiplier_source"),
        ({"multiplier": 2, "multiplier_source": " "}, "effect.no_source", "effect.multiplier_source"),
        ({"need": {"field": "pmt_class", "equals": "poor"}}, "rule.no_column", "effect.need"),
    ],
)
def test_what_cannot_be_measured_is_refused(effect: dict[str, Any], code: str, key: str) -> None:
    facts = Facts(registry_of(2), exposure_of([3, 3]))
    with pytest.raises(InputError) as caught:
        check_effect(EffectSpec.model_validate(effect), facts)
    assert str(caught.value)
    assert [(problem.code, problem.column) for problem in caught.value.problems] == [(code, key)]


@needs_pdftotext
@pytest.mark.parametrize(("language", "word"), [("en", "Gini"), ("lo", "Gini")])
def test_the_plan_on_paper_and_in_json_tells_its_effect(tmp_path: Path, language: Any, word: str) -> None:
    plan = paper_plan(300)
    path = tmp_path / "plan.pdf"

    def draw_frame(canvas: Canvas, box: Box, plan: object, language: str) -> None:
        canvas.rect(box.x, box.y, box.width, box.height)

    write_plan_pdf(plan, path, language, draw_frame)
    pages = " ".join(page_texts(path))
    found = effect_of(plan)
    assert f"{found.gini:.4f}" in pages and word in pages
    villages = village_figures(plan, group_by_village(plan))
    told = json.loads(plan_json(plan, villages, district_figures(plan, villages)))["effect"]
    assert told["gini"] == round(found.gini, 6)
    by_severity = [group["funded"] for group in told["coverage"] if group["kind"] == "severity"]
    assert sum(by_severity) == plan.summary.funded
