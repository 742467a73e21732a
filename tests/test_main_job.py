"""The main job from the outside: the command line on the demo event, and on what is wrong with it."""

import json
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
from typer.testing import CliRunner

from shockplan.cli import Outside, make_app
from shockplan.demo import write_demo
from tests.shared_data import SHARED, needs_shared
from ui.__main__ import map_drawer, write_atlas

HOUSEHOLDS = 3000


def no_window(path: Path | None) -> int:
    raise AssertionError("no window was asked for")


APP = make_app(Outside(map_drawer, write_atlas, no_window, lambda: "not opened", lambda: False))


@dataclass(frozen=True)
class Said:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        answer = json.loads(self.stdout)
        assert isinstance(answer, dict)
        return answer


def shockplan(*arguments: object) -> Said:
    result = CliRunner().invoke(APP, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's plan file with fewer households, never written to by a test."""
    return write_demo(tmp_path_factory.mktemp("demo"), households=HOUSEHOLDS)


@pytest.fixture
def own(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo that a test may spoil."""
    return shutil.copytree(demo.parent, tmp_path / "inputs") / demo.name


@pytest.fixture(scope="module")
def ran(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    out = tmp_path_factory.mktemp("ran") / "out"
    return shockplan("run", demo, "--out", out, "--json"), out


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_figures_close(ran: tuple[Said, Path]) -> None:
    said, _ = ran
    assert said.exit_code == 0, said.stderr
    figures = said.json
    affected = figures["affected"]
    assert figures["households_read"] == figures["rejected"] + sum(affected.values())
    assert figures["households_read"] == (
        figures["rejected"] + figures["eligible"] + figures["verify"] + figures["not_eligible"]
    )
    assert figures["eligible"] == figures["funded"] + figures["waiting"] + figures["cut"]
    assert figures["budget_kip"] == sum(
        figures[f"{part}_kip"] for part in ("reserve", "set_aside", "committed", "fees", "remaining")
    )
    for layer in figures["affected_by_layer"].values():
        assert sum(layer.values()) == sum(affected.values())


def test_the_demo_shows_every_kind_of_household(ran: tuple[Said, Path]) -> None:
    figures = ran[0].json
    for kind in ("rejected", "eligible", "verify", "not_eligible", "funded", "waiting", "cut"):
        assert figures[kind] > 0, kind
    assert all(count > 0 for count in figures["affected"].values())
    assert figures["problems"]
    assert len(figures["fingerprint"]) == 64


def test_every_output_named_is_there_and_verifies(ran: tuple[Said, Path]) -> None:
    outputs = [Path(name) for name in ran[0].json["outputs"]]
    assert {path.suffix for path in outputs} >= {".csv", ".xlsx", ".pdf", ".gpkg", ".json"}
    assert all(path.is_file() for path in outputs)
    said = shockplan("verify", *outputs, "--json")
    assert said.exit_code == 0, said.stdout[-2000:]


def test_a_changed_list_does_not_verify(ran: tuple[Said, Path], tmp_path: Path) -> None:
    out = shutil.copytree(ran[1], tmp_path / "out")
    one = sorted(out.rglob("*.csv"))[0]
    one.write_bytes(one.read_bytes() + b"\n")
    assert shockplan("verify", one, "--json").exit_code == 2


def test_a_second_run_gives_the_same_bytes(demo: Path, ran: tuple[Said, Path], tmp_path: Path) -> None:
    said = shockplan("run", demo, "--out", tmp_path / "again", "--json")
    assert said.json["fingerprint"] == ran[0].json["fingerprint"]
    first = {path.relative_to(ran[1]): path.read_bytes() for path in ran[1].rglob("*") if path.is_file()}
    again = tmp_path / "again"
    second = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.parametrize("status", ["funded", "waiting", "verify", "not_eligible"])
def test_explain_says_a_sentence_a_step(demo: Path, ran: tuple[Said, Path], status: str) -> None:
    table = pd.read_csv(ran[1] / "households.csv", dtype=str, keep_default_na=False)
    household = table.loc[table["status"] == status, "household_id"].iloc[0]
    said = shockplan("explain", demo, household, "--json")
    assert said.exit_code == 0, said.stderr
    assert len(said.json["sentences"]) >= 3
    lao = shockplan("explain", demo, household, "--language", "lo")
    assert all(any("\u0e80" <= letter <= "\u0eff" for letter in line) for line in lao.stdout.splitlines())


def test_explaining_a_household_that_is_not_there_is_told_so(demo: Path) -> None:
    said = shockplan("explain", demo, "NOBODY", "--json")
    assert said.exit_code == 2
    assert "NOBODY" in said.stderr


def refuse(plan_path: Path, *named: str) -> None:
    """The run ends with exit code 2, a sentence that names what to mend, and no outputs."""
    out = plan_path.parent.parent / "out"
    said = shockplan("run", plan_path, "--out", out)
    assert said.exit_code == 2, said.stdout + said.stderr
    for name in named:
        assert name in said.stderr, said.stderr
    assert not out.exists() or not list(out.iterdir())


def test_a_missing_plan_file_is_refused(own: Path) -> None:
    refuse(own.parent / "other.toml", "other.toml")


@pytest.mark.parametrize("kind", ["registry", "flood", "villages", "covid"])
def test_a_missing_input_is_refused(own: Path, kind: str) -> None:
    file = next(path for path in sorted(own.parent.iterdir()) if kind in path.name.lower())
    file.unlink()
    refuse(own, file.name)


def test_an_empty_registry_is_refused(own: Path) -> None:
    registry = next(own.parent.glob("registry*.csv"))
    registry.write_bytes(b"")
    refuse(own, registry.name)


def test_a_registry_with_headings_only_is_refused(own: Path) -> None:
    registry = next(own.parent.glob("registry*.csv"))
    registry.write_bytes(registry.read_bytes().splitlines(keepends=True)[0])
    refuse(own, registry.name)


def test_a_missing_column_is_refused_by_its_name(own: Path) -> None:
    registry = next(own.parent.glob("registry*.csv"))
    heading = registry.read_text(encoding="utf-8-sig").split("\n", 1)[0].split(",")[0]
    change(own, f'"{heading}"', '"No such heading"')
    refuse(own, registry.name, "No such heading")


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(own: Path) -> None:
    registry = next(own.parent.glob("registry*.csv"))
    workbook = registry.with_suffix(".xlsx")
    pd.read_csv(registry, dtype=str).head(50).to_excel(workbook, sheet_name="Households", index=False)
    change(own, f'file = "{registry.name}"', f'file = "{workbook.name}"\nsheet = "People"')
    refuse(own, workbook.name, "People", "Households")


def test_a_layer_without_crs_is_asked_for_it(own: Path) -> None:
    flood = next(own.parent.glob("flood*.geojson"))
    bare = flood.with_name("bare.shp")
    geopandas.read_file(flood)[["depth_m", "geometry"]].to_file(bare)
    bare.with_suffix(".prj").unlink()
    change(own, f'file = "{flood.name}"', 'file = "bare.shp"')
    refuse(own, "bare.shp", "crs")


def test_a_fund_earmarked_to_an_unknown_transfer_is_refused(own: Path) -> None:
    text = own.read_text(encoding="utf-8")
    own.write_text(text + '\n[[funds]]\nid = "extra"\nname = "Extra"\namount = 5_000_000\n'
                   'earmark = {transfers = ["nothing_like_it"]}\n', encoding="utf-8")  # fmt: skip
    refuse(own, "nothing_like_it")


@pytest.mark.parametrize("amount", ["0", "-5_000_000"])
def test_a_budget_of_zero_or_less_is_refused(own: Path, amount: str) -> None:
    text = own.read_text(encoding="utf-8")
    own.write_text(text + f'\n[[funds]]\nid = "extra"\nname = "Extra"\namount = {amount}\n', encoding="utf-8")
    refuse(own, "extra")


def test_an_output_folder_that_is_a_file_is_refused(own: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    said = shockplan("run", own, "--out", blocked)
    assert said.exit_code == 2
    assert "blocked" in said.stderr
    assert blocked.read_text() == "a file"


def test_renaming_an_input_or_the_language_keeps_the_fingerprint(
    own: Path, ran: tuple[Said, Path], tmp_path: Path
) -> None:
    registry = next(own.parent.glob("registry*.csv"))
    registry.rename(registry.with_name("renamed.csv"))
    change(own, f'file = "{registry.name}"', 'file = "renamed.csv"')
    said = shockplan("run", own, "--out", tmp_path / "out", "--json")
    assert said.json["fingerprint"] == ran[0].json["fingerprint"]


def test_another_parameter_is_another_fingerprint(own: Path, ran: tuple[Said, Path], tmp_path: Path) -> None:
    change(own, "village_radius_m = 1000", "village_radius_m = 900")
    said = shockplan("run", own, "--out", tmp_path / "out", "--json")
    assert said.json["fingerprint"] != ran[0].json["fingerprint"]


PICK = 'where = {field = "ID", equals = 4658}'


@needs_shared
def test_the_main_job_runs_on_real_boundaries_and_a_real_flood(own: Path, tmp_path: Path) -> None:
    """The Xe-Pian Xe-Namnoy dam break (2018), chosen by attribute from the flood archive."""
    real_plan(own)
    said = shockplan("run", own, "--out", tmp_path / "out", "--json")
    assert said.exit_code == 0, said.stderr
    figures = said.json
    assert figures["affected_by_layer"]["real_flood"]["certain"] > 0
    assert figures["funded"] > 0


def real_plan(own: Path) -> None:
    """Put the real boundaries and the real flood into a copy of the demo's plan."""
    text = own.read_text(encoding="utf-8")
    boundaries = SHARED / "boundaries" / "lao_adm2_148.geojson"
    flood = SHARED / "hazards" / "dfo_floods_laos_1985_2019.geojson"
    text += (
        f'\n[boundaries]\nfile = "{boundaries}"\nsource = "OCHA COD-AB (NGD), CC BY 3.0 IGO"\n'
        f'\n[[layers]]\nkind = "hazard"\nid = "real_flood"\nname = "Dam break 2018"\nshock = "flood"\n'
        f'file = "{flood}"\n{PICK}\n'
    )
    own.write_text(text, encoding="utf-8")


def test_a_workspace_runs_as_its_plan_file_does(
    demo: Path, ran: tuple[Said, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOCKPLAN_PASSPHRASE", "five words nobody would guess")
    path = tmp_path / "plan.shockplan"
    assert shockplan("save", demo, "--to", path, "--encrypt", "--json").json["encrypted"]
    said = shockplan("run", path, "--out", tmp_path / "out", "--json")
    assert said.exit_code == 0, said.stderr
    assert said.json["fingerprint"] == ran[0].json["fingerprint"]
    assert shockplan("export", path, "--to", tmp_path / "exported").exit_code == 0
    again = shockplan("run", tmp_path / "exported" / "PLAN.toml", "--out", tmp_path / "out2", "--json")
    assert again.json["fingerprint"] == ran[0].json["fingerprint"]
    monkeypatch.delenv("SHOCKPLAN_PASSPHRASE")
    refused = shockplan("run", path, "--out", tmp_path / "out3")
    assert refused.exit_code == 2
    assert "passphrase" in refused.stderr


def test_a_signed_plan_is_payable_and_a_changed_one_is_a_draft_again(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOCKPLAN_KEY_PASSPHRASE", "a made-up secret")
    key = tmp_path / "approver.json"
    made = shockplan("approver", "Made-up Director", "--key", key, "--json").json
    stranger = shockplan("approve", own, "--key", key)
    assert stranger.exit_code == 2
    assert "Made-up Director" in stranger.stderr
    named = f'\n[[approval.approvers]]\nname = "Made-up Director"\npublic_key = "{made["public_key"]}"\n'
    own.write_text(own.read_text(encoding="utf-8") + named, encoding="utf-8")
    signed = shockplan("approve", own, "--key", key, "--on", "2026-10-21", "--json")
    assert signed.json["approved"], signed.stderr
    said = shockplan("run", own, "--out", tmp_path / "out", "--json")
    assert said.json["approved"]
    lists = sorted((tmp_path / "out").rglob("*.csv"))
    assert not [path for path in lists if "DRAFT" in path.read_text(encoding="utf-8-sig")]
    change(own, "village_radius_m = 1000", "village_radius_m = 900")
    assert not shockplan("run", own, "--out", tmp_path / "out", "--json").json["approved"]
    assert all(
        "DRAFT" in path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").rglob("LA*.csv")
    )


def test_the_atlas_has_a_page_a_district_and_redraws_what_changed(demo: Path, tmp_path: Path) -> None:
    said = shockplan("atlas", demo, "--out", tmp_path / "atlas", "--language", "en", "--json")
    assert said.exit_code == 0, said.stderr
    names = {Path(name).name for name in said.json["outputs"]}
    assert "atlas.pdf" in names
    assert len([name for name in names if name.startswith("LA17")]) == 5
    again = shockplan("atlas", demo, "--out", tmp_path / "atlas", "--language", "en", "--only-changed")
    assert again.exit_code == 0, again.stderr
    refused = shockplan("atlas", demo, "--out", tmp_path / "atlas", "--level", "village")
    assert refused.exit_code == 2
    assert "district, province" in refused.stderr


def test_the_main_job_opens_no_socket(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_network(*arguments: object, **names: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse_network)
    monkeypatch.setattr(socket, "getaddrinfo", refuse_network)
    assert shockplan("run", demo, "--out", tmp_path / "out", "--json").exit_code == 0


def test_packs_are_sealed_and_verified(
    ran: tuple[Said, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOCKPLAN_PASSPHRASE", "five words nobody would guess")
    said = shockplan("pack", ran[1], "--to", tmp_path / "packs", "--seal", "--json")
    assert said.exit_code == 0, said.stderr
    packs = [Path(name) for name in said.json["packs"] if name.endswith(".zip")]
    assert packs
    assert shockplan("verify", *packs, "--json").exit_code == 0
    packs[0].write_bytes(packs[0].read_bytes()[:-40])
    assert shockplan("verify", packs[0], "--json").exit_code == 2


def test_a_registry_of_which_no_row_can_be_taken_gives_an_empty_plan(own: Path, tmp_path: Path) -> None:
    registry = next(own.parent.glob("registry*.csv"))
    head, first = registry.read_text(encoding="utf-8-sig").splitlines()[:2]
    registry.write_text(head + "\n" + "," * first.count(",") + "x\n", encoding="utf-8")
    said = shockplan("run", own, "--out", tmp_path / "out", "--json")
    assert said.exit_code == 0, said.stderr
    assert said.json["households_read"] == said.json["rejected"] == 1
