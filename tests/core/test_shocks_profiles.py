"""An unknown product: classes are proposed with the reason, kept as a profile, and found again."""

import datetime as dt
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shockplan.answer import Answer
from shockplan.fingerprint import fingerprint
from shockplan.layer_commands import LookChoice, look_command
from shockplan.planfile import Classes, PlanSpec, Where
from shockplan.planfile_reading import read_plan_file
from shockplan.planfile_writing import plan_file_text
from shockplan.problems import InputError
from shockplan.shocks.look import FieldLook, TableLook, look_at
from shockplan.shocks.profiles import (
    LayerKeys,
    Profile,
    fitting,
    profile_text,
    read_profile,
    save_profile,
    saved_profiles,
)
from shockplan.shocks.proposals import profile_of, propose, propose_for
from shockplan.shocks.severity import limits
from tests.core.test_shocks_products import UNOSAT, squares, write
from tests.core.test_shocks_raster import write as write_raster
from tests.core.test_shocks_reading import read

TODAY = dt.date(2026, 11, 26)


def proposal_for(folder: Path, **columns: object) -> object:
    write(folder / "new.gpkg", squares(len(next(iter(columns.values())))), **columns)
    (table,) = look_at(folder / "new.gpkg")
    return propose(table, "new.gpkg")


def test_a_field_of_depths_is_offered_the_standard_for_depths(tmp_path: Path) -> None:
    offer = proposal_for(tmp_path, gridcode=[1, 2, 3], MAX_DEPTH_M=[0.1, 0.7, 2.4])
    assert (offer.reason, offer.named) == ("standard", "flood_depth_m")
    assert offer.keys.classes == Classes(field="MAX_DEPTH_M", standard="flood_depth_m")
    assert read(tmp_path, "new.gpkg", classes=offer.keys.classes).severity.tolist() == [0, 2, 3]


def test_depths_in_another_unit_are_not_offered_the_standard(tmp_path: Path) -> None:
    assert proposal_for(tmp_path, DEPTH=[10.0, 70.0, 240.0]).reason != "standard"


def test_words_give_classes_and_what_is_not_understood_is_left_to_the_person(tmp_path: Path) -> None:
    words = ["High", "moderate", "Cloud", "Permanent water", "zone 7"]
    offer = proposal_for(tmp_path, CLASS=words)
    assert offer.reason == "words" and offer.open_values == ("zone 7",)
    assert offer.keys.classes.values == {
        "High": "severe", "moderate": "moderate", "Cloud": "not_observed", "Permanent water": "left_out",
    }  # fmt: skip


def test_a_known_product_is_offered_as_it_is_read(tmp_path: Path) -> None:
    write(tmp_path / "new.gpkg", squares(2), Water_Class=["Flood Water", "Permanent Water"], **UNOSAT)
    (table,) = look_at(tmp_path / "new.gpkg")
    offer = propose(table, "new.gpkg")
    assert offer.reason == "product" and offer.named.startswith("UNOSAT")
    assert offer.keys.classes.values == {"Flood Water": "severe", "Permanent Water": "left_out"}
    assert read(tmp_path, "new.gpkg", classes=offer.keys.classes).severity.tolist() == [3]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_thirds_of_a_range_are_limits_that_rise(lowest: float, width: float) -> None:
    highest = lowest + width
    field = FieldLook("x", 100, (("1", 1),), 0, lowest, highest)
    table = TableLook("a", "hazard", "hazard", 100, True, (field,))
    offer = propose_for(table, field)
    if offer.reason == "thirds":
        found = limits(offer.keys.classes)
        assert len(found) == 3 and min(found.values()) != 0, "a dry cell has no class"


def test_a_raster_and_a_table_by_place_are_offered_classes_too(tmp_path: Path) -> None:
    write_raster(tmp_path / "wave_2024_01.tif", np.arange(100, dtype=np.float32).reshape(10, 10), nodata=-1)
    (table,) = look_at(tmp_path / "wave_2024_01.tif")
    offer = propose(table, "wave_2024_01.tif")
    assert offer.reason == "thirds" and offer.keys.classes.field is None
    profile = profile_of("waves", table, "wave_2024_01.tif", offer.keys, TODAY)
    assert fitting([profile], "hazard", [], "wave_2025_07.tif") is profile
    assert fitting([profile], "hazard", [], "rain_2025_07.tif") is None
    (tmp_path / "spi.csv").write_text("place,SPI3\nLA1703,-1.6\nLA1701,0.2\n")
    (table,) = look_at(tmp_path / "spi.csv")
    offer = propose(table, "spi.csv")
    assert (offer.keys.code, offer.keys.value, offer.named) == ("place", "SPI3", "dryness_spi")


def test_a_profile_is_found_again_by_the_shape_of_the_fields(tmp_path: Path) -> None:
    fields = ["ID", "Zone", "Depth", "Date", "Maker"]
    keys = LayerKeys(classes=Classes(field="Depth", breaks={"low": Decimal("0.5"), "severe": Decimal(2)}))
    profile = Profile(name="Maker's depths", kind="hazard", dated=TODAY, fields=tuple(fields), keys=keys)
    save_profile(profile, tmp_path)
    (tmp_path / "broken.toml").write_text("name = ")
    profiles = saved_profiles(tmp_path)
    assert profiles == [profile]
    assert fitting(profiles, "hazard", [field.upper() for field in fields], "x.shp") == profile
    assert fitting(profiles, "hazard", fields[:4], "x.shp") == profile  # four of five
    assert (
        fitting(profiles, "hazard", ["ID", "Zone", "Date", "Maker"], "x.shp") is None
    )  # not the field it reads
    assert fitting(profiles, "hazard", ["ID", "Depth", "a", "b"], "x.shp") is None
    assert fitting(profiles, "area", fields, "x.csv") is None


def test_a_saved_profile_is_offered_before_anything_else(tmp_path: Path) -> None:
    write(tmp_path / "new.gpkg", squares(2), MAX_DEPTH_M=[0.3, 5.0])
    (table,) = look_at(tmp_path / "new.gpkg")
    keys = LayerKeys(classes=Classes(field="MAX_DEPTH_M", breaks={"severe": Decimal(4)}))
    profile = profile_of("mine", table, "new.gpkg", keys, TODAY)
    offer = propose(table, "new.gpkg", [profile])
    assert (offer.reason, offer.named, offer.keys) == ("profile", "mine", keys)


PLAN = """
[plan]
name = "Test"
[registry]
file = "registry.csv"
[[layers]]
kind = "hazard"
id = "flood"
name = "Flood"
file = "new.gpkg"
profile = "profiles/mine.toml"
{more}
[[transfers]]
id = "cash"
name = "Cash"
mode = "flat"
kip = 100000
[[funds]]
id = "fund"
name = "Fund"
amount = 1000000
"""


def plan_with_profile(folder: Path, more: str = "") -> PlanSpec:
    keys = LayerKeys(
        classes=Classes(field="DEPTH", values={"deep": "severe", "mud": "left_out"}),
        where=Where(field="YEAR", equals=2024),
        source="Maker",
    )
    save_profile(
        Profile(name="mine", kind="hazard", fields=("DEPTH", "YEAR"), keys=keys), folder / "profiles"
    )
    (folder / "PLAN.toml").write_text(PLAN.format(more=more))
    return read_plan_file(folder / "PLAN.toml")


def test_a_plan_takes_a_profile_and_states_in_full_what_it_means(tmp_path: Path) -> None:
    spec = plan_with_profile(tmp_path)
    (layer,) = spec.layers
    assert layer.classes.values == {"deep": "severe", "mud": "left_out"} and layer.source == "Maker"
    assert "profile" not in plan_file_text(spec)
    (tmp_path / "again.toml").write_text(plan_file_text(spec))
    assert read_plan_file(tmp_path / "again.toml") == spec
    write(tmp_path / "new.gpkg", squares(3), DEPTH=["deep", "mud", "deep"], YEAR=[2024, 2024, 2023])
    read_in = read(tmp_path, "new.gpkg", classes=layer.classes, where=layer.where)
    assert read_in.severity.tolist() == [3] and read_in.features.left_out == 2


def test_the_plans_own_keys_outrank_the_profile(tmp_path: Path) -> None:
    (layer,) = plan_with_profile(tmp_path, 'classes = {all = "low"}').layers
    assert layer.classes == Classes(all="low") and layer.where is not None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("name = ", "shocks.profile_unreadable"),
        ('name = "a"\nkind = "hazard"\n[keys]\ncolour = "red"', "shocks.profile_wrong"),
        ('name = "a"\nkind = "area"', "shocks.profile_kind"),
        (None, "shocks.profile_unreadable"),
    ],
)
def test_a_profile_that_cannot_be_used_is_a_sentence(tmp_path: Path, content: str | None, code: str) -> None:
    plan_with_profile(tmp_path)
    path = tmp_path / "profiles" / "mine.toml"
    path.write_text(content) if content is not None else path.unlink()
    with pytest.raises(InputError) as caught:
        read_plan_file(tmp_path / "PLAN.toml")
    assert [problem.code for problem in caught.value.problems] == [code]
    assert str(caught.value)


def test_a_profile_reads_back_as_it_was_written(tmp_path: Path) -> None:
    keys = LayerKeys(
        classes=Classes(field="D", breaks={"low": Decimal("0.25"), "severe": Decimal(3)}),
        where=Where(field="K", one_of=("a", 2)), crs="EPSG:32648", nodata="none", unit="m",
    )  # fmt: skip
    profile = Profile(name="ຄວາມເລິກ / depth", kind="hazard", dated=TODAY, fields=("D", "K"), keys=keys)
    path = save_profile(profile, tmp_path)
    assert path.parent == tmp_path and read_profile(path) == profile
    assert profile_text(read_profile(path)) == profile_text(profile)


def test_the_command_line_looks_at_a_file_and_keeps_what_it_proposes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "new.gpkg", squares(3), MAX_DEPTH_M=[0.3, 5.0, 0.1], KIND=["a", "b", "zone"])
    look = partial(LookChoice, layer=None, save=None, profiles=tmp_path / "kept")
    first, again, picked = Answer(as_json=False), Answer(as_json=False), Answer(as_json=False)
    look_command(tmp_path / "new.gpkg", look(field=None, keep="Maker"), first)
    assert first.object["proposal"]["reason"] == "standard"
    assert 'standard = "flood_depth_m"' in capsys.readouterr().out
    look_command(tmp_path / "new.gpkg", look(field=None, keep=None), again)
    assert (again.object["proposal"]["reason"], again.object["proposal"]["named"]) == ("profile", "Maker")
    look_command(tmp_path / "new.gpkg", look(field="KIND", keep=None), picked)
    assert picked.object["proposal"]["reason"] != "profile"
    with pytest.raises(InputError):
        look_command(tmp_path / "new.gpkg", look(field="NONE", keep=None), Answer(as_json=False))


def test_the_fingerprint_covers_a_files_name_only_where_the_product_is_known_by_it(tmp_path: Path) -> None:
    spec = plan_with_profile(tmp_path)

    def of(name: str) -> str:
        layer = spec.layers[0].model_copy(update={"file": name})
        return fingerprint(spec.model_copy(update={"layers": (layer,)}), [])

    assert of("a.gpkg") == of("maps/b.gpkg")
    assert of("ENSEMBLE_FLOOD_20240912T112331.tif") != of("a.tif")
