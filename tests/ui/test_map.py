"""The map on the screen: where it looks, what it paints, what it answers."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from maps.scene import Extent
from ui.map_frame import Frame, frame_of
from ui.map_view import MapView
from ui.scale_bar import length_text, round_length
from ui.window import Window


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) of an image."""
    made = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(made.constBits(), dtype=np.uint8).reshape(made.height(), made.bytesPerLine())
    return rows[:, : made.width() * 3].reshape(made.height(), made.width(), 3).astype(np.int16)


@pytest.fixture
def view(planned: Window) -> MapView:
    planned.map.view.finish()
    return planned.map.view


def test_a_pixel_to_the_ground_and_back_is_the_same_pixel() -> None:
    frame = Frame(100_000, -350_000, 73.0, 640, 480)
    for point in (QPointF(0, 0), QPointF(640, 480), QPointF(17.5, 300)):
        back = frame.pixel(*frame.ground(point))
        assert (back - point).manhattanLength() < 1e-6


def test_zoom_keeps_the_ground_under_the_pointer() -> None:
    frame, at = Frame(0, 0, 100.0, 640, 480), QPointF(77, 410)
    nearer = frame.zoomed(2.0, at)
    assert nearer.metres == 50
    assert nearer.ground(at) == pytest.approx(frame.ground(at))


def test_a_fitted_frame_holds_the_whole_extent() -> None:
    extent = Extent(-5_000, 10_000, 45_000, 22_000)
    shown = frame_of(extent, 700, 500).extent
    assert shown.left < extent.left < extent.right < shown.right
    assert shown.bottom < extent.bottom < extent.top < shown.top


@pytest.mark.parametrize(
    ("metres", "length", "text"),
    [(7, 5, "5 m"), (999, 500, "500 m"), (21_000, 20_000, "20 km"), (1, 1, "1 m")],
)
def test_the_scale_bar_is_a_round_length(metres: float, length: float, text: str) -> None:
    assert round_length(metres) == length
    assert length_text(length) == text


def test_a_click_chooses_the_district_under_the_pointer_and_a_drag_does_not(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    layer = view.districts()
    assert layer is not None
    left, bottom, right, top = layer.full.bounds[layer.keys.index("LA1703")]
    at = view.frame.pixel((left + right) / 2, (bottom + top) / 2).toPoint()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert planned.session.district == "LA1703"
    assert view.chosen == ("LA1703",)
    assert "LA1703" in planned.map.facts.text()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view, at + QPoint(60, 30))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 30))
    assert planned.session.district == "LA1703"


def test_keys_move_zoom_and_fit(view: MapView, qtbot: QtBot) -> None:
    before = view.frame
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.frame.x == before.x + 60 * before.metres
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.frame.metres == before.metres / 1.25
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.frame == before
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.frame.metres > before.metres * 2


def test_hiding_a_layer_takes_it_from_the_map_and_showing_brings_it_back(
    planned: Window, view: MapView, qtbot: QtBot
) -> None:
    view.finish()
    with_all = pixels(view.grab().toImage())
    box = planned.map.layers.boxes["districts"]
    box.setChecked(False)
    view.finish()
    without = pixels(view.grab().toImage())
    assert (np.abs(with_all - without).max(axis=2) > 20).mean() > 0.1
    box.setChecked(True)
    view.finish()
    assert (pixels(view.grab().toImage()) == with_all).all()


def test_a_short_drag_moves_the_finished_picture_and_the_redraw_agrees_with_it(
    view: MapView, qtbot: QtBot
) -> None:
    view.grab()
    view.go(view.frame.moved(40, -24))
    moved = pixels(view.grab().toImage())
    view.finish()
    anew = pixels(view.grab().toImage())
    different = np.abs(moved - anew).max(axis=2) > 60
    assert different.mean() < 0.06, "labels may stand elsewhere; the ground may not"


def test_the_map_is_painted_in_the_colours_of_the_scene(view: MapView) -> None:
    layer = view.districts()
    assert layer is not None
    shown = {tuple(colour) for colour in pixels(view.grab().toImage()).reshape(-1, 3)[::7]}
    used = [style.fill for number, style in enumerate(layer.styles) if (layer.classes == number).any()]
    assert len([fill for fill in used if fill in shown]) >= 3


def test_the_map_is_coloured_by_another_figure(planned: Window, qtbot: QtBot) -> None:
    before = planned.map.title.text()
    box = planned.map.classes.measure
    box.setCurrentIndex(2)
    box.activated.emit(2)
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    results, layer = planned.session.results, planned.map.view.districts()
    assert results is not None
    assert layer is not None
    assert planned.map.title.text() != before
    assert np.nansum(layer.values) == results.figures.waiting


def test_the_map_is_saved_as_png_pdf_and_svg_with_its_stamps_and_no_pin(
    planned: Window, qtbot: QtBot, tmp_path: Path, heard: list[object]
) -> None:
    planned.map.view.mark(planned.map.view.frame.ground(QPointF(50, 50)), come_nearer=False)
    for kind in ("png", "pdf", "svg"):
        planned.map.save_picture(str(tmp_path / f"map.{kind}"))
        qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    picture = QImage(str(tmp_path / "map.png"))
    assert max(picture.width(), picture.height()) == round(841.89 * 220 / 72)
    drawing = (tmp_path / "map.svg").read_text(encoding="utf-8")
    for stamp in planned.session.scene.stamps if planned.session.scene else ():
        assert stamp in drawing
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.pdf", "map.png", "map.svg"]


def test_a_picture_that_cannot_be_saved_is_told(planned: Window, qtbot: QtBot, tmp_path: Path) -> None:
    planned.map.save_picture(str(tmp_path / "nowhere" / "map.png"))
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    assert planned.message_bar.message is not None
    assert planned.message_bar.message.level == "error"
