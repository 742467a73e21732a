"""The map on paper: vectors only, text that copies out, the same bytes each time."""

import io
import re
import zlib
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas
from syrupy.assertion import SnapshotAssertion

from maps.chosen import chosen_scene
from maps.layout import Layout
from maps.pdf_painter import draw_plan_map, draw_scene, hatch_lines
from maps.plan_scene import plan_scene
from maps.scene import Scene, Style
from shockplan import __version__
from shockplan.areas import load_gazetteer
from shockplan.boundaries import read_boundaries
from shockplan.outputs.drawing import Box
from shockplan.planfile import MapSpec
from shockplan.texts import Language
from tests.maps.made_up_plan import made_up_flood, made_up_plan
from tests.shared_data import SHARED, needs_shared

BOX = Box(24, 24, 547, 794)


def drawn(scene: Scene, box: Box = BOX) -> tuple[bytes, Layout]:
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(595, 842), invariant=1)
    layout = draw_scene(canvas, box, scene)
    canvas.save()
    return page.getvalue(), layout


def operators(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().decode("latin-1")


@pytest.mark.parametrize("language", ["en", "lo"])
def test_the_map_is_vectors_only(language: Language) -> None:
    pdf, _ = drawn(plan_scene(made_up_plan(), language))
    assert PdfReader(io.BytesIO(pdf)).pages[0].images.keys() == []
    assert " Do\n" not in operators(pdf)


def test_the_same_plan_gives_the_same_bytes() -> None:
    pages = []
    for _ in range(2):
        page = io.BytesIO()
        canvas = Canvas(page, pagesize=(595, 842), invariant=1)
        draw_plan_map(canvas, BOX, made_up_plan(), "lo")
        canvas.save()
        pages.append(page.getvalue())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("language", ["en", "lo"])
def test_every_word_of_the_sheet_copies_out_as_it_went_in_and_labels_only_once(language: Language) -> None:
    scene = plan_scene(made_up_plan(villages=8), language)
    pdf, layout = drawn(scene)
    found = operators(pdf)
    shown = [text.text for text in layout.texts] + [
        line for label in layout.labels for *_, line in label.lines
    ]
    for text in shown:
        if not text.isascii():
            assert f"/ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>" in found
    halos = found.count("/ActualText <FEFF>")
    assert halos == sum(len(label.lines) for label in layout.labels)


def test_the_sheet_stands_where_it_stood(snapshot: SnapshotAssertion) -> None:
    _, layout = drawn(plan_scene(made_up_plan(), "lo"))
    texts = [
        f"{text.x:.1f} {text.y:.1f} {text.size:.2f} {text.text.replace(__version__, 'VERSION')}"
        for text in layout.texts
    ]
    samples = [f"{sample.box.x:.1f} {sample.box.y:.1f} {sample.entry.text}" for sample in layout.samples]
    labels = [
        f"{x:.1f} {y:.1f} {label.layer_id} {line}"
        for label in layout.labels
        if label.layer_id != "villages"
        for x, y, line in label.lines
    ]
    frame = layout.view.frame
    assert snapshot == {
        "frame": f"{frame.x:.1f} {frame.y:.1f} {frame.width:.1f} {frame.height:.1f}",
        "bar": f"{layout.bar.metres} m = {layout.bar.length:.2f} pt",
        "texts": texts,
        "samples": samples,
        "labels": labels,
    }


def test_a_plan_without_observed_extent_without_villages_and_without_hazards_is_still_a_map() -> None:
    for changes in ({"layers": ()}, {"layers": (made_up_flood(observed=False),)}):
        pdf, layout = drawn(plan_scene(made_up_plan(villages=1, **changes), "lo"))
        assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
        assert len(layout.labels) >= 5


def test_overlapping_parts_of_one_severity_do_not_cancel_each_other() -> None:
    pdf, _ = drawn(plan_scene(made_up_plan(), "en"))
    found = operators(pdf)
    assert not re.search(r"h\n (f|W)\*", found)
    assert re.search(r"h\n f\n", found)


@needs_shared
def test_a_page_of_official_districts_stays_small() -> None:
    official = read_boundaries(SHARED / "boundaries" / "lao_adm2_148.geojson", load_gazetteer())
    codes = tuple(load_gazetteer().districts["pcode"])
    pdf, _ = drawn(plan_scene(made_up_plan(official, codes, 20_000, 900), "lo"))
    content = PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data()
    assert len(zlib.compress(content)) < 400_000


@pytest.mark.parametrize("hatch", ["forward", "back", "cross", "horizontal", "vertical", "dots"])
def test_a_hatch_covers_its_area_and_keeps_step_with_the_page(hatch: str) -> None:
    area = Box(103.3, 51.7, 20, 9)
    lines = np.array(hatch_lines(Style(hatch=hatch, hatch_gap=4.0), area))  # type: ignore[arg-type]
    wider = np.array(hatch_lines(Style(hatch=hatch, hatch_gap=4.0), area.inset(-30)))  # type: ignore[arg-type]
    for line in lines:
        slope = (line[3] - line[1]) * (wider[:, 2] - wider[:, 0]) - (line[2] - line[0]) * (
            wider[:, 3] - wider[:, 1]
        )
        offset = (line[0] - wider[:, 0]) * (wider[:, 3] - wider[:, 1]) - (line[1] - wider[:, 1]) * (
            wider[:, 2] - wider[:, 0]
        )
        assert np.any((np.abs(slope) < 1e-6) & (np.abs(offset) < 1e-6))
    middle = area.x + area.width / 2, area.y + area.height / 2
    distances = [
        abs((x2 - x1) * (middle[1] - y1) - (middle[0] - x1) * (y2 - y1)) / np.hypot(x2 - x1, y2 - y1)
        for x1, y1, x2, y2 in lines
    ]
    assert min(distances) <= 2.0 + 1e-9


def test_a_box_the_size_of_a_stamp_still_gets_a_map() -> None:
    _, layout = drawn(plan_scene(made_up_plan(), "en"), Box(24, 24, 170, 190))
    assert layout.view.frame.width > 40
    assert layout.view.frame.height > 40


def test_the_plans_own_picture_is_the_map_as_it_is_looked_at() -> None:
    plan = made_up_plan()
    look = MapSpec(measure="affected", method="own", own=(20, 5), shown={"hazard:flood": False})
    spec = plan.inputs.spec.model_copy(update={"map": look})
    looked = replace(plan, inputs=replace(plan.inputs, spec=spec))
    plain, chosen = chosen_scene(plan, "en"), chosen_scene(looked, "en")
    assert plain.title == plan_scene(plan, "en").title
    assert chosen.title != plain.title
    assert [layer.id for layer in chosen.layers if not layer.shown] == ["hazard:flood", "density"]
    said = [entry.text for group in chosen.legend for entry in group.entries]
    assert [text for text in said if text in ("1 to 4", "5 to 19", "20 and more")] == [
        "1 to 4", "5 to 19", "20 and more"
    ]  # fmt: skip
    pages = []
    for each in (plan, looked):
        page = io.BytesIO()
        canvas = Canvas(page, pagesize=(595, 842), invariant=1)
        draw_plan_map(canvas, BOX, each, "en")
        canvas.save()
        pages.append(page.getvalue())
    assert pages[0] != pages[1]
