"""Place decisions and official boundaries on the way from the plan file to the registry."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.plan import PlanInputs
from tests.core.registry_tables import registry_in_memory
from tests.shared_data import SHARED, needs_shared

REGISTRY = "registry_made_up.csv"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=900).parent


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return shutil.copytree(demo, tmp_path / "inputs")


def plan_with(folder: Path, replaced: str = "", by: str = "", added: str = "") -> PlanInputs:
    path = folder / "PLAN.toml"
    text = path.read_text("utf-8")
    assert not replaced or text.count(replaced) == 1
    path.write_text(text.replace(replaced, by) if replaced else text, encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write(added)
    return read_inputs(path)


BY_NAME = (
    'district = "Dist. code"\ndistrict_name = "District"\nprovince_name = "Province"\n',
    'district_name = "District"\n',
)


def test_an_extract_with_names_only_waits_for_a_person_with_every_district_proposed(folder: Path) -> None:
    inputs = plan_with(folder, *BY_NAME)
    assert len(inputs.registry.households) == 0
    asked = {p.text: [c.pcode for c in p.candidates] for p in inputs.registry.district_proposals}
    assert asked == {
        "Xaysetha": ["LA0103", "LA1701"],
        "Samakkhixay": ["LA1702"],
        "Sanamxay": ["LA1703"],
        "Sanxay": ["LA1704"],
        "Phouvong": ["LA1705"],
    }


def test_decisions_about_places_are_applied_to_the_extract_named_in_the_plan(folder: Path) -> None:
    by_code = plan_with(folder).registry
    (folder / "places.toml").write_text(
        'accept_known_names = true\n[[district]]\ntext = "Xaysetha"\npcode = "LA1701"\n', encoding="utf-8"
    )
    decided = '\n[decisions]\nplaces = "places.toml"\n'
    by_name = plan_with(folder, *BY_NAME, added=decided).registry
    assert by_name.district_proposals == ()
    coded, named = (r.households.set_index("source_row")["district"] for r in (by_code, by_name))
    assert len(named) >= len(coded) > 850
    assert named[coded.index].equals(coded)


def test_a_decision_turns_exchanged_points_and_says_so(folder: Path) -> None:
    path = folder / REGISTRY
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    table.rename(columns={"X": "Y", "Y": "X"}).to_csv(path, index=False, encoding="utf-8-sig")
    without = plan_with(folder).registry.households["lon"].count()
    (folder / "places.toml").write_text("exchange_points = true\n", encoding="utf-8")
    inputs = plan_with(folder, added='\n[decisions]\nplaces = "places.toml"\n')
    (note,) = [p for p in inputs.problems if p.code == "places.point_turned"]
    assert without < 10  # those that were exchanged before the columns were
    assert len(note.rows) > 400
    assert inputs.registry.households["lon"].count() == without + len(note.rows)
    assert note.level == "note"


def test_the_district_nan_is_no_missing_value() -> None:
    rows = [["1", "NAN"], ["2", "Nan"], ["3", "nan"], ["4", "NaN"], ["5", ""]]
    registry = registry_in_memory(["household id", "district name"], rows)
    (asked,) = {proposal.candidates[0].pcode for proposal in registry.district_proposals}
    assert asked == "LA0603"
    waiting = {row for proposal in registry.district_proposals for row in proposal.rows}
    assert waiting == {2, 3}
    assert registry.rejected["code"].tolist() == ["places.name_only"] * 2 + ["registry.no_district"] * 3


@needs_shared
def test_with_official_boundaries_points_in_another_district_are_reported(folder: Path) -> None:
    shutil.copy(SHARED / "boundaries" / "lao_adm2_148.geojson", folder / "districts.geojson")
    path = folder / REGISTRY
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    moved = table.index[(table["Dist. code"] == "LA1705") & (table["X"] != "")][:3]
    table.loc[moved, ["X", "Y"]] = ["102.60", "17.97"]
    table.to_csv(path, index=False, encoding="utf-8-sig")
    inputs = plan_with(folder, added='\n[boundaries]\nfile = "districts.geojson"\n')
    (problem,) = [p for p in inputs.problems if p.code == "places.point_in_other_district"]
    assert set(moved + 2) <= set(problem.rows)
    assert "LA1705 / LA0101" in problem.values
    kept = inputs.registry.households.set_index("source_row")["district"]
    assert (kept[moved + 2] == "LA1705").all()
