"""`shockplan registry …`: columns, places, duplicates and problems without a window."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shockplan import registry_commands
from shockplan.areas import load_gazetteer
from shockplan.demo import write_demo
from shockplan.planfile_reading import read_plan_file
from shockplan.progress import silent
from shockplan.registry.files import read_table
from shockplan.registry.mapping import read_mapping
from shockplan.registry.place_decisions import read_place_decisions


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=1500)


def run(*words: str) -> dict[str, object]:
    done = CliRunner().invoke(registry_commands.make_registry_app(), [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_columns_are_shown_corrected_written_and_remembered(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_commands, "mapping_memory", lambda: tmp_path / "memory")
    file = str(plan.parent / read_plan_file(plan).registry.file)
    out = tmp_path / "mapping.toml"
    said = run("columns", file, "--take", "family_book=Remark", "--out", str(out), "--remember")
    by_heading = {column["heading"]: column for column in said["columns"]}
    assert by_heading["Remark"]["field"] == "family_book"
    assert by_heading["Family book No."]["field"] is None
    assert read_mapping(out)["family_book"] == "Remark"
    again = run("columns", file)
    assert {column["why"] for column in again["columns"]} == {"remembered", "nothing"}
    assert again["mapping"] == read_mapping(out)


def test_a_field_that_does_not_exist_is_refused_with_the_nearest(plan: Path) -> None:
    file = str(plan.parent / read_plan_file(plan).registry.file)
    done = CliRunner().invoke(
        registry_commands.make_registry_app(), ["columns", file, "--take", "membrs=PMT"]
    )
    assert done.exit_code == 2
    assert "members" in done.output


def test_places_are_written_with_what_is_decided_and_what_is_open(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "places.toml"
    said = run("places", str(plan), "--out", str(out))
    assert said["districts"] > 0
    text = out.read_text(encoding="utf-8")
    assert text.count("[[district]]") >= said["districts"]
    read_place_decisions(out, load_gazetteer())


def test_duplicates_are_listed_with_score_and_reasons(plan: Path) -> None:
    said = run("duplicates", str(plan))
    assert said["held"] > 0
    assert said["noted"] > 0
    first = said["clusters"][0]
    assert first["held"]
    assert first["score"] == 100
    assert first["reasons"]
    assert len(first["households"]) >= 2
    assert {cluster["held"] for cluster in run("duplicates", str(plan), "--held")["clusters"]} == {True}


def test_problems_are_grouped_filtered_and_written_as_a_workbook(plan: Path, tmp_path: Path) -> None:
    everything = run("problems", str(plan))
    assert everything["read"] == everything["taken"] + everything["rejected"]
    errors = run("problems", str(plan), "--level", "error", "--out", str(tmp_path / "p.xlsx"))
    assert {group["level"] for group in errors["groups"]} == {"error"}
    table = read_table(tmp_path / "p.xlsx", None, None, lambda text: False, silent)
    assert len(table.rows) == sum(group["count"] for group in errors["groups"])


def test_places_decided_before_stand_in_the_file_that_asks_for_the_others(plan: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.toml"
    asked = run("places", str(plan), "--out", str(first))
    text = first.read_text(encoding="utf-8")
    (plan.parent / "places.toml").write_text(
        text.replace('pcode = ""', 'pcode = "LA1701"', 1), encoding="utf-8"
    )
    content = plan.read_text(encoding="utf-8")
    again = plan.with_name("again.toml")
    again.write_text(content + '\n[decisions]\nplaces = "places.toml"\n', encoding="utf-8")
    second = tmp_path / "second.toml"
    assert run("places", str(again), "--out", str(second))["districts"] == asked["districts"] - 1
    assert 'pcode = "LA1701"' in second.read_text(encoding="utf-8")
