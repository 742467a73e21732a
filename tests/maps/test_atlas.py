"""The atlas: a page a district or province, drawn again only where it would show something else."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from maps.atlas import FIGURES, atlas_groups, atlas_pages
from maps.atlas_files import BOOK, INDEX, write_atlas
from maps.graticule import angle_text, graticule
from maps.measures import district_figures
from maps.plan_scene import plan_classes
from maps.projection import unproject
from maps.scene import Extent
from maps.view import view_of
from shockplan.areas import load_gazetteer
from shockplan.boundaries import read_boundaries
from shockplan.budget import Status
from shockplan.outputs.drawing import Box
from shockplan.outputs.manifest import read_manifest
from shockplan.outputs.staging import MANIFEST
from shockplan.plan import Plan
from shockplan.progress import Cancelled
from shockplan.source import source_of
from tests.maps.made_up_plan import ATTAPEU, made_up_plan
from tests.shared_data import SHARED, needs_shared

THREE = ATTAPEU[:3]


def small_plan() -> Plan:
    return made_up_plan(districts=THREE, households=1500, villages=20)


def with_more_funded(plan: Plan, district: str, count: int) -> Plan:
    """The plan with `count` households more funded in the district, and another fingerprint."""
    status = plan.allocation.status.copy()
    in_district = (plan.inputs.registry.households["district"] == district).to_numpy()
    chosen = np.flatnonzero(in_district & (status == Status.NOT_ELIGIBLE))[:count]
    assert len(chosen) == count
    status[chosen] = Status.FUNDED
    allocation = type(plan.allocation)(**{**vars(plan.allocation), "status": status})
    return dataclasses.replace(plan, allocation=allocation, fingerprint="b" * 64)


def test_there_is_a_page_for_each_district_with_households_and_one_for_their_province() -> None:
    plan = made_up_plan()
    assert tuple(atlas_groups(plan, "district")) == ATTAPEU
    assert atlas_groups(plan, "province") == {"LA17": frozenset(ATTAPEU)}


def test_a_page_says_its_own_figures_and_they_add_up_to_the_province() -> None:
    plan = made_up_plan()
    figures = district_figures(plan)
    (province,) = atlas_pages(plan, "en", "province")
    told = [entry.text for entry in province.scene.legend[0].entries]
    assert told[0] == f"Households in the registry: {figures['households'].sum():,}"
    assert told[-1] == f"Kip committed: {figures['budget'].sum():,}"
    assert len(told) == len(FIGURES)


def test_a_page_shows_its_own_villages_alone_and_all_pages_together_show_each_once() -> None:
    plan = made_up_plan()
    keys = [key for page in atlas_pages(plan, "en") for key in page.scene.layers[-1].keys]
    known = plan.inputs.registry.villages["lon"].notna()
    assert sorted(keys) == sorted(plan.inputs.registry.villages["key"][known])


def test_villages_that_cannot_be_drawn_are_counted_on_the_page_of_their_district() -> None:
    plan = made_up_plan(villages=600)
    lost = plan.inputs.registry.villages.loc[
        plan.inputs.registry.villages["lon"].isna(), "district"
    ].value_counts()
    assert lost.sum() > 0
    for page in atlas_pages(plan, "en"):
        said = f"Villages whose place is not known, not drawn: {lost.get(page.code, 0)}."
        assert (said in page.scene.notes) == (page.code in lost.index)


def test_a_page_carries_all_that_a_printed_map_must_say() -> None:
    page = next(atlas_pages(made_up_plan(), "en"))
    said = " ".join(text.text for text in page.layout.texts)
    for part in (
        "Xaysetha district · LA1701", "Attapeu", "14/09/2026", "Schematic map: not official boundaries",
        "DRAFT: not for payment", "Lambert azimuthal equal-area", "Boundaries:", "do not imply",
        "Plan a1b2-c3d4-e5f6-0718", "km",
    ):  # fmt: skip
        assert part in said, part
    assert any(label.layer_id == "graticule" for label in page.layout.labels)
    assert page.layout.here is not None


def test_all_pages_have_the_same_classes() -> None:
    legends = {repr(page.scene.legend[1]) for page in atlas_pages(made_up_plan(), "lo")}
    assert len(legends) == 1


def test_the_digest_of_a_page_leaves_the_fingerprint_out_and_nothing_else() -> None:
    plan = made_up_plan()
    classes = plan_classes(plan)
    first = {page.code: page.digest for page in atlas_pages(plan, "en", classes=classes)}
    renamed = dataclasses.replace(plan, fingerprint="c" * 64)
    assert {page.code: page.digest for page in atlas_pages(renamed, "en", classes=classes)} == first
    approved = dataclasses.replace(plan, approved=True)
    after = {page.code: page.digest for page in atlas_pages(approved, "en", classes=classes)}
    assert not set(first.values()) & set(after.values())


def test_writing_gives_a_page_a_district_a_book_an_index_and_a_manifest_that_vouches(tmp_path: Path) -> None:
    result = write_atlas(small_plan(), tmp_path, "lo")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([*(f"{code}.pdf" for code in THREE), BOOK, INDEX, MANIFEST])
    assert sorted(path.name for path in result.files) == names
    assert result.drawn == THREE
    for entry in read_manifest(tmp_path / MANIFEST).files:
        assert source_of(tmp_path / entry.name).sha256 == entry.sha256
    book = PdfReader(tmp_path / BOOK)
    assert len(book.pages) == 3
    assert [entry["/Title"][:6] for entry in book.outline] == list(THREE)


def test_the_same_plan_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_atlas(small_plan(), tmp_path / name, "en")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_only_the_pages_that_change_are_drawn_again(tmp_path: Path) -> None:
    plan = small_plan()
    write_atlas(plan, tmp_path, "en")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    far = with_more_funded(plan, "LA1703", 3)
    result = write_atlas(far, tmp_path, "en", only_changed=True)
    assert "LA1703" in result.drawn
    assert result.unchanged
    for code in result.unchanged:
        assert (tmp_path / f"{code}.pdf").read_bytes() == before[f"{code}.pdf"]
    fresh = {page.code: page.digest for page in atlas_pages(far, "en", classes=plan_classes(plan))}
    index = json.loads((tmp_path / INDEX).read_bytes())["pages"]
    assert {code: page["digest"] for code, page in index.items()} == fresh
    assert {index[code]["plan"] for code in result.unchanged} == {plan.fingerprint}
    assert {index[code]["plan"] for code in result.drawn} == {far.fingerprint}
    for entry in read_manifest(tmp_path / MANIFEST).files:
        assert source_of(tmp_path / entry.name).sha256 == entry.sha256


def test_nothing_is_drawn_again_where_nothing_changed_and_a_page_that_was_touched_is(tmp_path: Path) -> None:
    plan = small_plan()
    write_atlas(plan, tmp_path, "en")
    assert write_atlas(plan, tmp_path, "en", only_changed=True).drawn == ()
    (tmp_path / "LA1702.pdf").write_bytes(b"touched")
    assert write_atlas(plan, tmp_path, "en", only_changed=True).drawn == ("LA1702",)
    assert write_atlas(plan, tmp_path, "lo", only_changed=True).drawn == THREE


def test_a_district_that_leaves_the_registry_leaves_the_atlas(tmp_path: Path) -> None:
    write_atlas(small_plan(), tmp_path, "en")
    result = write_atlas(
        made_up_plan(districts=THREE[:2], households=1500, villages=20), tmp_path, "en", only_changed=True
    )
    assert sorted(path.name for path in tmp_path.glob("LA*.pdf")) == ["LA1701.pdf", "LA1702.pdf"]
    assert {path.name for path in result.files} == {path.name for path in tmp_path.iterdir()}


def test_a_damaged_index_means_all_pages_are_drawn(tmp_path: Path) -> None:
    plan = small_plan()
    write_atlas(plan, tmp_path, "en")
    (tmp_path / INDEX).write_text('{"pages": 1}')
    assert write_atlas(plan, tmp_path, "en", only_changed=True).drawn == THREE


def test_cancelling_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    plan = small_plan()
    write_atlas(plan, tmp_path, "en")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def stop(share: float) -> None:
        if share > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_atlas(with_more_funded(plan, "LA1701", 5), tmp_path, "en", progress=stop)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@needs_shared
def test_the_whole_country_has_148_pages() -> None:
    gazetteer = load_gazetteer()
    official = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", gazetteer)
    codes = tuple(gazetteer.districts["pcode"])
    plan = made_up_plan(official, codes, 20_000, 3_000)
    pages = list(atlas_pages(plan, "lo", codes=codes[:12]))
    assert len(atlas_groups(plan, "district")) == 148
    assert all(page.layout.view.extent.width < 400_000 for page in pages)


@pytest.mark.parametrize(("width", "most"), [(20_000.0, 7), (150_000.0, 7), (900_000.0, 8)])
def test_the_graticule_is_round_and_few_and_its_degrees_stand_where_the_lines_meet_the_frame(
    width: float, most: int
) -> None:
    view = view_of(Extent(250_000, -380_000, 250_000 + width, -380_000 + width), Box(50, 60, 400, 400))
    lines = graticule(view)
    for meridian in (True, False):
        same = [line for line in lines if line.meridian is meridian]
        assert 2 <= len(same) <= most
    for line in lines:
        if line.label_at is None:
            continue
        x, y = line.label_at
        ground = np.array([[x - 50, y - 60]]) / view.points_per_metre + (view.extent.left, view.extent.bottom)
        lon, lat = unproject(ground)[0].tolist()
        assert angle_text(round((lon if line.meridian else lat) * 60), line.meridian) == line.text


def test_degrees_are_written_the_way_maps_write_them() -> None:
    assert angle_text(106 * 60 + 30, True) == "106°30'E"
    assert angle_text(15 * 60, False) == "15°N"
