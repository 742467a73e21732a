"""A new plan from a registry and a layer: what the files hold, and the plan file made of them."""

from decimal import Decimal
from pathlib import Path

import pytest

from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.new_plan import (
    NewPlan,
    id_of,
    look_at_layer,
    look_at_registry,
    new_plan_spec,
    write_new_plan,
    write_new_workspace,
)
from shockplan.plan import make_plan
from shockplan.problems import InputError
from shockplan.workspace import workspace_inputs


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("files"), households=300).parent


def begun(files: Path, layer: str = "flood_made_up.geojson", **more: object) -> NewPlan:
    return NewPlan(
        name="Made-up flood",
        registry=files / "registry_made_up.csv",
        layer=files / layer,
        layer_name="Flood of the day",
        fund_name="Made-up fund",
        fund_kip=400_000_000,
        round_kip=300_000,
        rounds=2,
        **more,  # type: ignore[arg-type]
    )


def test_a_registry_is_looked_at_before_it_is_used(files: Path) -> None:
    look = look_at_registry(files / "registry_made_up.csv")
    assert look.rows > 300
    assert ("HH No.", "household_id") in look.taken
    assert look.missing == ()


def test_a_registry_without_what_a_plan_needs_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("Household ID,Name\n1,Kham\n", encoding="utf-8")
    assert "district" in look_at_registry(tmp_path / "few.csv").missing


def test_a_layer_is_looked_at_before_it_is_used(files: Path) -> None:
    flood, table = (
        look_at_layer(files / "flood_made_up.geojson"),
        look_at_layer(files / "covid_impact_made_up.csv"),
    )
    assert (flood.kind, "depth_m" in flood.headings) == ("vector", True)
    assert (table.kind, table.code) == ("area", "District code")


def test_the_plan_that_is_made_runs_and_gives_all_who_were_hit_the_same(files: Path, tmp_path: Path) -> None:
    path = write_new_plan(begun(files), tmp_path / "deep" / "PLAN.toml")
    plan = make_plan(read_inputs(path))
    assert plan.summary.eligible > 0
    assert set(plan.allocation.round_kip[plan.allocation.round_kip > 0].tolist()) == {300_000}
    assert plan.summary.budget_kip == 400_000_000
    assert not Path(plan.inputs.spec.registry.file).is_absolute()


def test_limits_tell_low_moderate_and_severe_apart(files: Path, tmp_path: Path) -> None:
    limits = {"low": Decimal("0.2"), "severe": Decimal("1.5")}
    new = begun(files, severity_field="depth_m", limits=limits)
    plan = make_plan(read_inputs(write_new_plan(new, tmp_path / "PLAN.toml")))
    assert set(plan.exposure.severity.tolist()) >= {1, 3}


def test_a_table_of_districts_says_who_is_affected(files: Path, tmp_path: Path) -> None:
    new = begun(
        files,
        "covid_impact_made_up.csv",
        code="District code",
        severity_field="Unemployed (%)",
        limits={"low": Decimal(5), "moderate": Decimal(10)},
    )
    plan = make_plan(read_inputs(write_new_plan(new, tmp_path / "PLAN.toml")))
    assert plan.summary.eligible > 0


def test_a_workspace_made_so_holds_the_same_plan_without_the_files(files: Path, tmp_path: Path) -> None:
    new = begun(files)
    plain = make_plan(read_inputs(write_new_plan(new, tmp_path / "PLAN.toml")))
    inside = make_plan(workspace_inputs(write_new_workspace(new, tmp_path / "plan.shockplan")))
    assert inside.summary.as_json()["funded"] == plain.summary.as_json()["funded"]


def test_a_plan_is_never_overwritten(files: Path, tmp_path: Path) -> None:
    write_new_plan(begun(files), tmp_path / "PLAN.toml")
    before = (tmp_path / "PLAN.toml").read_bytes()
    with pytest.raises(InputError):
        write_new_plan(begun(files), tmp_path / "PLAN.toml")
    assert (tmp_path / "PLAN.toml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["PLAN.toml"]


def test_what_cannot_be_is_refused_with_its_key(files: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new_plan_spec(begun(files, limits={"low": "much"}), tmp_path)
    assert "layers[1]" in str(caught.value.problems[0].column)


@pytest.mark.parametrize(
    ("name", "own"), [("Flood 2026!", "flood_2026"), ("2026", "layer_2026"), ("\u0e99\u0ec9\u0eb3", "layer")]
)
def test_an_id_is_made_of_a_name(name: str, own: str) -> None:
    assert id_of(name) == own
