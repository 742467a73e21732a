"""The tools of the map by real mouse and keyboard events: choose, measure, compare, arrange, classify."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pypdfium2
import pytest
import shapely
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maps.arrangement import Arrangement
from maps.projection import true_length, unproject
from tests.ui.conftest import Heard
from tests.ui.test_map import pixels
from ui.map_classes import limits_in
from ui.map_facts import card_of
from ui.map_labels import PIN, UNIT, place_labels
from ui.map_swipe import Side
from ui.map_tools import length_words
from ui.map_view import MapView
from ui.pages.registry import RegistryPage
from ui.session.map_making import MapChoice
from ui.window import Window, make_window

LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture(scope="module")
def shared_window(qapp, demo_plan: Path) -> Iterator[tuple[Window, Heard]]:
    """One window for all tests here: opening the demo takes longer than what is tested."""
    made, told = make_window(qapp), Heard()
    made.messages.tell = told.append
    made.resize(1366, 728)
    made.show()
    made.session.open_plan(demo_plan)
    until_idle(made)
    yield made, told
    made.close()


@pytest.fixture
def planned(shared_window: tuple[Window, Heard]) -> Iterator[Window]:
    """The window as it was when the demo was opened."""
    made, told = shared_window
    told.clear()
    yield made
    until_idle(made)
    while made.session.history.past:
        made.session.undo()
    made.session.choose_map(**asdict(MapChoice()))
    made.session.selection.take(())
    made.map.selection.search.clear()
    made.map.use("hand", True)
    made.map.side.setCurrentIndex(0)
    if made.map.tools.buttons["swipe"].isChecked():
        made.map.tools.buttons["swipe"].click()
    made.map.layers.wanted = Arrangement()
    made.map.layers.opened = set()
    made.map.layers.retranslate()
    made.map.view.arrange(Arrangement())
    made.map.view.fit()
    made.go("situation")
    until_idle(made)
    made.map.view.finish()


@pytest.fixture
def heard(shared_window: tuple[Window, Heard]) -> Heard:
    return shared_window[1]


def until_idle(window: Window) -> None:
    end = time.monotonic() + 20
    QApplication.processEvents()
    while window.session.jobs.busy:
        assert time.monotonic() < end
        QTest.qWait(10)
    QApplication.processEvents()


@pytest.fixture
def view(planned: Window) -> MapView:
    return planned.map.view


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def middle_of(view: MapView, pcode: str) -> QPoint:
    layer = view.districts()
    assert layer is not None
    left, bottom, right, top = layer.full.bounds[layer.keys.index(pcode)]
    return view.frame.pixel((left + right) / 2, (bottom + top) / 2).toPoint()


def around(view: MapView, pcode: str) -> list[QPoint]:
    layer = view.districts()
    assert layer is not None
    left, bottom, right, top = layer.full.bounds[layer.keys.index(pcode)]
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return [view.frame.pixel(*corner).toPoint() for corner in corners]


def draw(view: MapView, corners: list[QPoint], qtbot: QtBot, key: Qt.KeyboardModifier | None = None) -> None:
    held = key or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(view, LEFT, pos=corners[0])
    for start, end in pairwise(corners):
        for step in range(1, 9):
            qtbot.mouseMove(view, start + (end - start) * step / 8)
    qtbot.mouseRelease(view, LEFT, held, corners[-1])


# choosing


def test_a_click_with_shift_adds_a_district_and_a_second_one_takes_it_away(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    qtbot.mouseClick(view, LEFT, pos=middle_of(view, "LA1703"))
    qtbot.mouseClick(view, LEFT, SHIFT, middle_of(view, "LA1702"))
    assert planned.session.selection.pcodes == ("LA1702", "LA1703")
    assert planned.session.district == ""
    qtbot.mouseClick(view, LEFT, CONTROL, middle_of(view, "LA1703"))
    assert planned.session.selection.pcodes == ("LA1702",)
    assert planned.session.district == "LA1702"


def test_a_lasso_chooses_the_districts_that_lie_at_least_half_inside(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    qtbot.mouseClick(planned.map.tools.buttons["lasso"], LEFT)
    draw(view, around(view, "LA1703"), qtbot)
    assert planned.session.selection.pcodes == ("LA1703",)
    frame = view.frame
    draw(view, around(view, "LA1704"), qtbot, SHIFT)
    assert set(planned.session.selection.pcodes) >= {"LA1703", "LA1704"}
    assert view.frame == frame, "drawing does not move the map"
    draw(view, around(view, "LA1703"), qtbot, ALT)
    assert "LA1703" not in planned.session.selection.pcodes
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert planned.map.tools.buttons["hand"].isChecked()
    assert view.tool is None


def test_a_lasso_is_drawn_with_the_keyboard_alone(planned: Window, view: MapView, qtbot: QtBot) -> None:
    layer = view.districts()
    assert layer is not None
    left, bottom, right, top = layer.full.bounds[layer.keys.index("LA1703")]
    qtbot.keyClick(view, Qt.Key.Key_L)
    for x, y in ((left, bottom), (right, bottom), (right, top), (left, top)):
        view.go(type(view.frame)(x, y, view.frame.metres, view.width(), view.height()))
        qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert planned.session.selection.pcodes == ("LA1703",)


def test_the_district_in_the_middle_is_chosen_with_enter(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    here = view.district_at(view.middle)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert planned.session.selection.pcodes == ((here,) if here else ())
    assert here


def test_the_list_finds_a_district_in_either_language_and_a_province_ticks_all_of_its_own(
    planned: Window, qtbot: QtBot
) -> None:
    panel = planned.map.selection
    panel.search.setText("ອັດຕະປື")
    shown = [code for code, item in panel.items.items() if not item.isHidden()]
    assert shown == ["LA1701", "LA1702", "LA1703", "LA1704", "LA1705"]
    panel.items["LA1701"].parent().setCheckState(0, Qt.CheckState.Checked)
    assert planned.session.selection.pcodes == tuple(shown)
    panel.search.setText("sanamxay")
    assert [code for code, item in panel.items.items() if not item.isHidden()] == ["LA1703"]
    panel.items["LA1703"].setCheckState(0, Qt.CheckState.Unchecked)
    assert len(planned.session.selection.pcodes) == 4


def test_the_figures_of_a_selection_are_the_sums_of_its_districts(planned: Window) -> None:
    results = planned.session.results
    assert results is not None
    planned.session.selection.take(["LA1701", "LA1703", "LA0101"])
    codes = np.asarray(results.districts.column("code").values, dtype=str)
    rows = np.isin(codes, ["LA1701", "LA1703"])
    for name in ("households", "funded", "budget"):
        total = int(np.asarray(results.districts.column(f"count_{name}").values)[rows].sum())
        assert planned.map.selection.figures[name].text() == f"{total:,}"
    assert "(3)" in planned.map.side.tabText(1)


def test_the_households_of_a_selection_are_listed(planned: Window, qtbot: QtBot) -> None:
    planned.session.selection.take(["LA1701", "LA1705"])
    planned.map.side.setCurrentIndex(1)
    qtbot.mouseClick(planned.map.selection.list_them, LEFT)
    page = planned.stack.currentWidget()
    assert isinstance(page, RegistryPage)
    results = planned.session.results
    assert results is not None
    districts = np.asarray(results.households.column("district").values, dtype=str)
    wanted = np.isin(districts, ["LA1701", "LA1705"]).sum()
    qtbot.waitUntil(lambda: len(page.table.array.rows) == wanted, timeout=10_000)
    assert set(districts[page.table.array.rows]) == {"LA1701", "LA1705"}


def test_a_selection_becomes_a_condition_of_the_rule_and_undo_takes_it_back(
    planned: Window, qtbot: QtBot
) -> None:
    before = planned.session.results
    assert before is not None
    planned.session.selection.take(["LA1703"])
    planned.map.selection.limit.click()
    idle(planned, qtbot)
    results = planned.session.results
    assert results is not None
    assert 0 < results.figures.eligible < before.figures.eligible
    eligible = np.asarray(results.districts.column("count_funded").values)
    codes = np.asarray(results.districts.column("code").values, dtype=str)
    assert eligible[codes != "LA1703"].sum() == 0
    planned.session.selection.take(["LA1701"])
    planned.map.selection.limit.click()
    idle(planned, qtbot)
    assert planned.session.history.now is not None
    conditions = planned.session.history.now.spec.eligibility.rule.all or ()
    assert [each.one_of for each in conditions if each.field == "district"] == [("LA1701",)]
    planned.session.undo()
    planned.session.undo()
    idle(planned, qtbot)
    assert planned.session.results.figures == before.figures


# measuring


def test_a_measured_line_has_the_length_on_the_ground(planned: Window, view: MapView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_M)
    ends = QPoint(120, 200), QPoint(320, 260)
    for end in ends:
        qtbot.mouseClick(view, LEFT, pos=end)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    start, end = (view.frame.ground(QPointF(each)) for each in ends)
    assert length_words(true_length(start, end), "en") in planned.map.measure.words()
    qtbot.mouseClick(view, LEFT, pos=QPoint(50, 60))
    assert len(planned.map.measure.corners) == 1, "a new line begins"


def test_a_measured_area_is_that_of_the_ellipsoid(planned: Window, view: MapView, qtbot: QtBot) -> None:
    planned.map.use("ruler", True)
    for corner in (QPoint(100, 100), QPoint(300, 100), QPoint(300, 300), QPoint(100, 300)):
        qtbot.mouseClick(view, LEFT, pos=corner)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    km2 = (200 * view.frame.metres / 1000) ** 2  # the projection keeps areas
    assert f"{round(km2):,} sq. km" in planned.map.measure.words()
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert len(planned.map.measure.corners) == 3


def test_lengths_are_said_in_the_language_and_never_too_exactly() -> None:
    assert length_words(412.4, "en") == "412 m"
    assert length_words(2_340, "en") == "2.3 km"
    assert length_words(432_100, "lo") == "432 ກມ"


# comparing


def test_a_swipe_shows_another_figure_right_of_the_bar(planned: Window, view: MapView, qtbot: QtBot) -> None:
    view.finish()
    plain = pixels(view.grab().toImage())
    planned.map.tools.buttons["swipe"].click()
    idle(planned, qtbot)
    planned.map.swipe.right.setCurrentIndex(2)
    planned.map.swipe.right.activated.emit(2)
    idle(planned, qtbot)
    assert planned.session.map_choice.beside == "waiting"
    assert view.beside is not None
    assert view.beside.scene.title != planned.session.scene.title if planned.session.scene else False
    planned.map.tools.buttons["swipe"].click()
    idle(planned, qtbot)
    assert view.beside is None
    qtbot.waitUntil(lambda: not view.busy, timeout=10_000)
    view.finish()
    assert pixels(view.grab().toImage()).shape == plain.shape
    assert (pixels(view.grab().toImage()) == plain).all()


def test_two_layers_are_compared_and_the_bar_is_dragged_and_moved_by_keys(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    planned.map.tools.buttons["swipe"].click()
    for box, layer in ((planned.map.swipe.left, "hazard:flood"), (planned.map.swipe.right, "villages")):
        sides = [box.itemData(number) for number in range(box.count())]
        box.setCurrentIndex(sides.index(Side(layer=layer)))
    planned.map.compare()
    idle(planned, qtbot)
    assert view.beside is not None
    left = {layer.id for layer in (view.scene.layers if view.scene else ()) if layer.shown}
    right = {layer.id for layer in view.beside.scene.layers if layer.shown}
    assert left ^ right == {"hazard:flood", "villages"}
    assert "hazard:flood" in left
    bar = QPoint(round(view.swipe_at * view.width()), view.height() // 2)
    frame = view.frame
    qtbot.mousePress(view, LEFT, pos=bar)
    qtbot.mouseMove(view, bar + QPoint(-80, 0))
    qtbot.mouseRelease(view, LEFT, pos=bar + QPoint(-80, 0))
    assert view.swipe_at == pytest.approx((bar.x() - 80) / view.width())
    assert view.frame == frame
    before = view.swipe_at
    qtbot.keyClick(view, Qt.Key.Key_Right, ALT)
    assert view.swipe_at == pytest.approx(before + 0.05)


# layers and classes


def test_a_pale_layer_is_paler_and_a_raised_one_lies_on_top(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    view.finish()
    strong = pixels(view.grab().toImage())
    row = planned.map.layers.rows["districts"]
    qtbot.mouseClick(row.more, LEFT)
    assert row.controls.isVisible()
    row.slider.setValue(5)
    view.finish()
    pale = pixels(view.grab().toImage())
    changed = np.abs(strong - pale).max(axis=2) > 10
    assert changed.mean() > 0.1
    assert pale[changed].mean() > strong[changed].mean()
    qtbot.keyClick(planned.map.layers.rows["districts"].box, Qt.Key.Key_Up, ALT)
    order = [layer.id for layer in (view.scene.layers if view.scene else ())]
    assert order.index("districts") == 1
    assert list(planned.map.layers.rows)[-2] == "districts"


def test_own_limits_make_the_classes_and_wrong_ones_are_told(
    planned: Window, qtbot: QtBot, heard: Heard
) -> None:
    form = planned.map.classes
    form.choose_method("own")
    form.limits.setText("5 20")
    form.limits.editingFinished.emit()
    idle(planned, qtbot)
    layer = planned.map.view.districts()
    assert layer is not None
    values, classes = layer.values, layer.classes
    assert set(classes[(values > 0) & (values < 5)]) <= {2}
    assert set(classes[values >= 20]) == {4}
    form.limits.setText("20 5")
    form.limits.editingFinished.emit()
    assert planned.session.map_choice.own == (5.0, 20.0)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("text", "limits"),
    [("50 200", (50.0, 200.0)), ("1,000; 2,500", (1000.0, 2500.0)), ("0.5", (0.5,)), ("200 50", None),
     ("0 5", None), ("", None), ("1 2 3 4 5", None), ("ten", None)],
)  # fmt: skip
def test_limits_are_read_as_they_are_written(text: str, limits: tuple[float, ...] | None) -> None:
    assert limits_in(text) == limits


def test_fewer_classes_and_other_colours_are_chosen(planned: Window, qtbot: QtBot) -> None:
    planned.map.classes.count.setValue(3)
    planned.map.classes.palettes.setCurrentIndex(2)
    planned.map.classes.palettes.activated.emit(2)
    idle(planned, qtbot)
    layer = planned.map.view.districts()
    assert layer is not None
    fills = [style.fill for style in layer.styles[2:]]
    assert len(fills) <= 3
    assert all(fill is not None and len(set(fill)) == 1 for fill in fills), "grey"


def test_density_is_cells_from_afar_and_points_when_near(planned: Window, view: MapView) -> None:
    planned.map.layers.rows["villages"].box.setChecked(False)
    planned.map.layers.rows["density"].box.setChecked(True)
    density = next(layer for layer in (view.scene.layers if view.scene else ()) if layer.id == "density")
    chosen = np.flatnonzero(density.counted & np.isfinite(density.xy[:, 0]))
    x, y = density.xy[chosen[0]].tolist()
    colour = np.array(density.styles[0].fill)
    view.go(type(view.frame)(x, y, 12.0, view.width(), view.height()))
    view.finish()
    near = pixels(view.grab().toImage())
    assert (np.abs(near - colour).max(axis=2) < 12).sum() > 8
    view.go(type(view.frame)(x, y, 400.0, view.width(), view.height()))
    view.finish()
    assert (np.abs(pixels(view.grab().toImage()) - colour).max(axis=2) < 12).sum() == 0


def test_the_card_tells_the_district_its_figure_and_the_hazard_there(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    layer = view.districts()
    assert layer is not None
    at = middle_of(view, "LA1703")
    qtbot.mouseMove(view, at)
    assert "LA1703" in view.card
    value = int(layer.values[layer.keys.index("LA1703")])
    assert f"Households funded: {value:,}" in view.card
    hazard = next(each for each in (view.scene.layers if view.scene else ()) if each.id == "hazard:flood")
    left, bottom, right, top = hazard.full.bounds[int(np.argmax(hazard.classes))]
    found = ""
    for share in np.linspace(0.05, 0.95, 40):
        view.pointer = view.frame.pixel(left + share * (right - left), (bottom + top) / 2)
        found = found or next((line for line in card_of(view).split("\n") if "Flood" in line), "")
    assert ": " in found


def test_the_distribution_is_drawn_with_its_teams_days_and_pay_points(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    form = planned.map.classes
    assert planned.session.rounds >= 1
    form.choose_measure(("delivery", 1))
    idle(planned, qtbot)
    scene = view.scene
    assert scene is not None
    layers = [layer.id for layer in scene.layers]
    assert "pay_points" in layers
    assert "cut_off" in layers
    assert any(layer.startswith("team:") for layer in layers)
    assert form.measure.currentData() == ("delivery", 1)
    assert not form.palettes.isVisible(), "nothing is coloured by classes"
    form.choose_measure("affected")
    idle(planned, qtbot)
    assert form.palettes.isVisible()


def blocks(image: QImage, side: int = 10) -> np.ndarray:
    """The mean colours of squares of so many pixels: small differences of letters and hatches even out."""
    array = pixels(image)
    rows, columns = array.shape[0] // side, array.shape[1] // side
    cut = array[: rows * side, : columns * side].reshape(rows, side, columns, side, 3)
    return cut.mean(axis=(1, 3))


def test_the_picture_and_the_paper_are_one_map(planned: Window, qtbot: QtBot, tmp_path: Path) -> None:
    planned.map.layers.rows["density"].box.setChecked(True)
    planned.map.layers.rows["villages"].box.setChecked(False)
    planned.map.layers.rows["districts"].slider.setValue(12)
    planned.map.view.zoom(1.4)
    frames = []
    while len(frames) < 2 or frames[-1] != frames[-2]:  # the window has found its shape
        qtbot.wait(150)
        frames.append((planned.map.view.width(), planned.map.view.height()))
    for kind in ("png", "pdf"):
        planned.map.save_picture(str(tmp_path / f"map.{kind}"))
        idle(planned, qtbot)
    picture = QImage(str(tmp_path / "map.png"))
    with pypdfium2.PdfDocument(tmp_path / "map.pdf") as paper:
        scale = picture.width() / paper[0].get_width()
        drawn = paper[0].render(scale=scale, rev_byteorder=True).to_numpy()[..., :3].copy()
    height, width = drawn.shape[:2]
    page = QImage(drawn.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    smooth = Qt.TransformationMode.SmoothTransformation
    first, second = (
        blocks(each.scaled(900, round(900 * height / width), mode=smooth)) for each in (picture, page)
    )
    apart = np.abs(first - second).max(axis=2)
    assert apart.mean() < 5
    assert (apart > 50).mean() < 0.02
    assert first.std() > 20, "there is a map on it"


def test_no_name_lies_under_the_pin(view: MapView) -> None:
    scene = view.scene
    assert scene is not None
    free = place_labels(scene, view.frame)
    x, y, _ = max(free, key=lambda label: label.box.width).lines[0]
    pin = view.frame.ground(QPointF(x * UNIT, view.frame.height - y * UNIT))
    at = view.frame.pixel(*pin)
    for label in place_labels(scene, view.frame, pin):
        left, right = label.box.x * UNIT - PIN, label.box.right * UNIT + PIN
        top, bottom = (view.frame.height - edge * UNIT for edge in (label.box.top, label.box.y))
        assert not (left < at.x() < right and top - PIN < at.y() < bottom + PIN), label.lines


def test_pinching_zooms_around_the_fingers(view: MapView) -> None:
    at = QPointF(90, 140)
    ground, metres = view.frame.ground(at), view.frame.metres
    view.pinch(1.5, at)
    assert view.frame.metres == pytest.approx(metres / 1.5)
    assert view.frame.ground(at) == pytest.approx(ground)


def test_rivers_of_a_file_are_drawn_and_undone(
    planned: Window, view: MapView, qtbot: QtBot, tmp_path: Path
) -> None:
    lon, lat = unproject(np.array([planned.map.view.frame.ground(view.middle)]))[0].tolist()
    line = shapely.LineString([(lon - 0.2, lat), (lon + 0.2, lat)])
    gpd.GeoDataFrame({"name": ["Made-up stream"]}, geometry=[line], crs="EPSG:4326").to_file(
        tmp_path / "stream.geojson"
    )
    planned.session.map_work.add_context(tmp_path / "stream.geojson", "river")
    idle(planned, qtbot)
    names = [layer.name for layer in (view.scene.layers if view.scene else ())]
    assert "stream" in names
    assert "stream" in [row.name for row in planned.map.layers.rows.values()]
    planned.session.undo()
    idle(planned, qtbot)
    assert "stream" not in [layer.name for layer in (view.scene.layers if view.scene else ())]


def test_the_map_is_copied_as_a_sheet(planned: Window, qtbot: QtBot) -> None:
    planned.map.tools.buttons["copy"].click()
    idle(planned, qtbot)
    picture = QGuiApplication.clipboard().image()
    assert max(picture.width(), picture.height()) > 2000


def test_pictures_are_painted_off_the_gui_thread_while_the_map_moves(view: MapView, qtbot: QtBot) -> None:
    view.finish()
    shown = view.picture
    view.zoom(3.0)
    assert view.picture is shown, "what was painted is moved until the next one comes"
    assert view.busy
    with qtbot.waitSignal(view.painted, timeout=10_000):
        pass
    assert view.picture is not shown


def undone(window: Window) -> None:
    window.session.undo()
    until_idle(window)


def test_what_the_map_shows_is_a_step_that_undo_takes_back_and_redo_gives_again(planned: Window) -> None:
    form, session = planned.map.classes, planned.session
    steps = len(session.history.past)
    form.palettes.setCurrentIndex(1)
    form.palettes.activated.emit(1)
    until_idle(planned)
    form.count.setValue(4)
    form.count.setValue(3)  # on its way: one step with the value before
    until_idle(planned)
    assert (session.map_choice.palette, session.map_choice.count) == ("green", 3)
    assert len(session.history.past) == steps + 2
    undone(planned)
    assert (session.map_choice.palette, form.count.value()) == ("green", 5)
    undone(planned)
    assert form.palettes.currentData() == "orange"
    session.redo()
    until_idle(planned)
    assert form.palettes.currentData() == "green"


def test_a_layer_that_was_hidden_made_pale_and_moved_comes_back_by_undo(
    planned: Window, view: MapView
) -> None:
    session, rows = planned.session, planned.map.layers.rows
    layer = next(layer.id for layer in session.scene.layers if layer.id.startswith("hazard"))
    before = [each.id for each in view.scene.layers]
    rows[layer].box.click()
    until_idle(planned)
    steps = len(session.history.past)
    for value in (18, 14, 9):
        rows[layer].slider.setValue(value)
    until_idle(planned)
    assert len(session.history.past) == steps + 1
    rows[layer].up.click()
    until_idle(planned)
    now = next(each for each in view.scene.layers if each.id == layer)
    assert (now.shown, now.opacity) == (False, 0.45)
    assert [each.id for each in view.scene.layers] != before
    undone(planned)
    assert [each.id for each in view.scene.layers] == before
    undone(planned)
    assert planned.map.layers.rows[layer].slider.value() == 20
    assert not planned.map.layers.rows[layer].box.isChecked()
    undone(planned)
    assert planned.map.layers.rows[layer].box.isChecked()
    assert next(each for each in view.scene.layers if each.id == layer).shown


def test_what_is_looked_at_in_passing_is_no_step(planned: Window) -> None:
    steps = len(planned.session.history.past)
    planned.session.choose_map(measure="delivery", round=2)
    until_idle(planned)
    assert planned.session.map_choice.measure == "delivery"
    planned.session.choose_map(measure="funded")
    planned.session.choose_map(beside="waiting")
    until_idle(planned)
    planned.session.choose_map(beside="")
    assert len(planned.session.history.past) == steps
