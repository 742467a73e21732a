"""Two plans, and other ways to give, compared from the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from shockplan.demo import write_demo
from shockplan.verify import verify_files
from tests.test_main_job import shockplan


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("compared"), households=1500)


@pytest.fixture(scope="module")
def new(old: Path) -> Path:
    """The same inputs with another top-up."""
    text = old.read_text(encoding="utf-8")
    changed = text.replace("150_000", "250_000").replace("150000", "250000")
    assert changed != text
    path = old.with_name("OTHER.toml")
    path.write_text(changed, encoding="utf-8")
    return path


def test_the_difference_closes_by_household_village_and_fund(old: Path, new: Path, tmp_path: Path) -> None:
    said = shockplan("diff", old, new, "--out", tmp_path / "out", "--json")
    assert said.exit_code == 0
    found = said.json
    change = found["new"]["kip"] - found["old"]["kip"]
    assert found["change_kip"] == change
    assert sum(found["households"].values()) > 0
    assert sum(found["kip"].values()) == change
    assert sum(village["change_kip"] for village in found["villages"]) == change
    assert sum(fund["change_kip"] for fund in found["funds"]) == change
    assert sum(fund["new_kip"] for fund in found["funds"]) == found["new"]["kip"]
    table = pd.read_csv(tmp_path / "out" / "difference-households.csv", encoding="utf-8-sig")
    assert len(table) == sum(found["households"].values())
    assert (table["new_kip"] - table["old_kip"]).sum() == change
    assert table["notice"].str.contains("DRAFT").all()
    assert table["notice"].str.contains("MADE UP").all()
    assert found["new"]["fingerprint"] != found["old"]["fingerprint"]
    files = sorted((tmp_path / "out").glob("*.csv"))
    assert all(verdict.unchanged for verdict in verify_files(files, None))


def test_a_plan_compared_with_itself_says_that_nothing_changes(old: Path) -> None:
    english, lao = shockplan("diff", old, old), shockplan("diff", old, old, "--language", "lo")
    assert "No household's payment changes." in english.stdout
    assert "ບໍ່ມີຄົວເຮືອນໃດ" in lao.stdout


def test_a_difference_never_takes_the_place_of_a_plans_outputs(old: Path, new: Path, tmp_path: Path) -> None:
    kept = tmp_path / "manifest.json"
    shockplan("diff", old, new, "--out", tmp_path)
    manifest = json.loads(kept.read_text(encoding="utf-8"))
    manifest["files"][0]["name"] = "plan.json"
    kept.write_text(json.dumps(manifest), encoding="utf-8")
    said = shockplan("diff", old, new, "--out", tmp_path)
    assert said.exit_code == 2
    assert "Give a folder of its own." in said.stderr
    assert json.loads(kept.read_text(encoding="utf-8")) == manifest


def test_ways_to_fit_and_other_transfers_are_compared_on_the_same_list(old: Path, new: Path) -> None:
    said = shockplan("compare", old, "--fit", "rank_and_stop", "--fit", "scale", "--transfers", new, "--json")
    assert said.exit_code == 0
    stop, scale, other = said.json["alternatives"]
    assert [one["name"] for one in (stop, scale, other)] == ["rank_and_stop", "scale", "OTHER.toml"]
    assert {one["funded"] + one["waiting"] for one in (stop, scale, other)} == {
        stop["funded"] + stop["waiting"]
    }
    assert scale["scale"] <= stop["scale"] == 1_000_000
    assert other["kip_per_household"] != stop["kip_per_household"]
    assert "rank_and_stop:" in shockplan("compare", old, "--fit", "rank_and_stop").stdout


def test_a_way_to_fit_that_is_not_known_is_refused(old: Path) -> None:
    said = shockplan("compare", old, "--fit", "lottery")
    assert said.exit_code == 2
    assert "lottery" in said.stderr
