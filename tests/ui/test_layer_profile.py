"""An unknown product in the window: its field and classes are picked, enter the plan, and are kept."""

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from shockplan.texts import Language
from shockplan.workspace.plans import save_plan
from tests.ui.conftest import Heard
from ui.layer_profile import LayerProfile
from ui.pages.situation import SituationPage
from ui.window import Window

BOXES = [shapely.box(106.5 + i / 10, 14.6, 106.6 + i / 10, 15.2) for i in range(4)]


@pytest.fixture
def page(
    window: Window,
    demo_plan: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    heard: Heard,
) -> SituationPage:
    """The situation of a plan whose files lie in a folder of their own, beside an unknown product."""
    monkeypatch.setattr("shockplan.shocks.profiles.profiles_folder", lambda: tmp_path / "profiles")
    shutil.copytree(demo_plan.parent, tmp_path / "plan")
    frame = gpd.GeoDataFrame(
        {"MAX_DEPTH_M": [0.1, 0.6, 1.4, 3.0], "ZONE": ["wet", "wet", "cloud", "zone 9"]},
        geometry=BOXES,
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "plan" / "maker.gpkg")
    window.session.open_plan(tmp_path / "plan" / demo_plan.name)
    idle(window, qtbot)
    assert heard.faults == []
    found = window.findChild(SituationPage)
    assert found is not None
    return found


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def dialog(page: SituationPage, window: Window, qtbot: QtBot) -> LayerProfile:
    idle(window, qtbot)
    qtbot.waitUntil(lambda: page.findChild(LayerProfile) is not None, timeout=5_000)
    found = page.findChild(LayerProfile)
    assert found is not None and found.isVisible()
    return found


def look(page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot) -> LayerProfile:
    page.layering.look(tmp_path / "plan" / "maker.gpkg")
    return dialog(page, window, qtbot)


def layers(window: Window) -> list[dict]:
    return list(window.session.table_at(("layers",)))


def test_the_depths_of_an_unknown_product_are_taken_by_a_standard_and_kept_as_a_profile(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    before = len(layers(window))
    asked = look(page, window, tmp_path, qtbot)
    assert "not known" in asked.told.text() and "Depth of water" in asked.why.text()
    assert "Low from 0.2, moderate from 0.5, severe from 1." in asked.why.text()
    assert "assumption" in asked.why.text(), "the source of the limits is told"
    asked.form.take(("name",), "Maker's depths")
    asked.form.take(("keep",), "Maker")
    qtbot.mouseClick(asked.use, Qt.MouseButton.LeftButton)
    idle(window, qtbot)
    assert len(layers(window)) == before + 1
    taken = layers(window)[-1]
    assert taken["classes"] == {"field": "MAX_DEPTH_M", "standard": "flood_depth_m"}
    assert (taken["id"], taken["file"], taken["kind"]) == ("maker_s_depths", "maker.gpkg", "hazard")
    assert window.session.results is not None and window.session.results.layers[-1].name == "Maker's depths"
    assert heard.faults == []
    assert (tmp_path / "profiles" / "Maker.toml").is_file()
    again = look(page, window, tmp_path, qtbot)
    assert "Maker" in again.why.text() and again.said["standard"] == "flood_depth_m"
    again.reject()
    assert len(layers(window)) == before + 1


def test_each_value_of_a_picked_field_gets_its_class_from_the_person(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    asked = look(page, window, tmp_path, qtbot)
    asked.form.take(("field",), "ZONE")
    asked.form.take(("way",), "values")
    assert asked.values.isVisible() and asked.values.rowCount() == 3
    assert "wet (2)" in asked.seen.text()
    for row in range(3):
        value = asked.values.item(row, 0).text()
        box = asked.values.cellWidget(row, 2)
        assert isinstance(box, QComboBox)
        box.setCurrentIndex(box.findData({"wet": "moderate", "cloud": "not_observed"}.get(value, "left_out")))
    asked.use.click()
    idle(window, qtbot)
    expected = {"wet": "moderate", "cloud": "not_observed", "zone 9": "left_out"}
    assert layers(window)[-1]["classes"] == {"field": "ZONE", "values": expected}
    assert heard.faults == []


def test_limits_that_nobody_stated_cannot_be_taken(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    asked = look(page, window, tmp_path, qtbot)
    asked.form.take(("way",), "limits")
    assert not asked.use.isEnabled()
    asked.form.take(("severe",), 2)
    assert asked.use.isEnabled()
    asked.reject()


def test_the_classes_of_a_layer_in_the_plan_are_changed_and_its_other_keys_stay(
    page: SituationPage, window: Window, qtbot: QtBot, heard: Heard
) -> None:
    before = layers(window)
    words = window.session.words
    button = next(each for each in page.findChildren(QPushButton) if each.text() == words("profile.classes"))
    button.click()
    asked = dialog(page, window, qtbot)
    assert asked.look.index == 0
    asked.form.take(("way",), "all")
    asked.form.take(("class",), "low")
    asked.use.click()
    idle(window, qtbot)
    after = layers(window)
    assert after[0]["classes"] == {"all": "low"} and after[1:] == before[1:]
    assert {key: value for key, value in after[0].items() if key != "classes"} == {
        key: value for key, value in before[0].items() if key not in ("classes", "layer", "crs")
    }
    window.session.undo()
    idle(window, qtbot)
    assert layers(window) == before and heard.faults == []


def test_a_list_of_villages_is_known_as_one_and_their_names_are_taken_if_a_person_says_so(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    results = window.session.results
    assert results is not None
    names = results.villages.column("village").values
    places = results.villages.column("district").values
    lines = [f"{place},{name},washed away" for place, name in zip(places[:40], names[:40], strict=True)]
    listed = tmp_path / "plan" / "villages.csv"
    listed.write_text("\n".join(["District,Village name,Report", *lines]), encoding="utf-8")
    page.layering.look(listed)
    asked = dialog(page, window, qtbot)
    assert asked.said["level"] == "village" and asked.said["district"] == "District"
    asked.form.take(("by_name",), True)
    asked.form.take(("unlisted",), "none")
    asked.use.click()
    idle(window, qtbot)
    taken = layers(window)[-1]
    expected = {"level": "village", "code": "Village name", "district": "District", "by_name": True}
    assert {key: taken[key] for key in expected} == expected and taken["unlisted"] == "none"
    results = window.session.results
    assert results is not None and heard.faults == []
    assert any("were taken as" in finding.sentence for finding in results.findings)
    assert results.layers[-1].counts[0] > 0


def test_the_classes_of_a_layer_inside_a_plan_file_are_changed(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    plan = next((tmp_path / "plan").glob("*.toml"))
    kept = tmp_path / "elsewhere" / "plan.shockplan"
    kept.parent.mkdir()
    save_plan(plan, kept)
    shutil.rmtree(tmp_path / "plan")
    window.session.open_plan(kept)
    idle(window, qtbot)
    before = layers(window)
    for index, layer in enumerate(before):
        page.layering.look_again(index)
        asked = dialog(page, window, qtbot)
        assert asked.look.index == index and asked.look.path.name == layer["file"].rpartition("/")[2]
        asked.form.take(("way",), "all")
        asked.form.take(("class",), "low")
        asked.use.click()
        idle(window, qtbot)
        qtbot.waitUntil(lambda: page.findChild(LayerProfile) is None, timeout=5_000)
    assert [layer["classes"] for layer in layers(window)] == [{"all": "low"}] * len(before)
    assert heard.faults == []


@pytest.mark.parametrize("language", ["en", "lo"])
def test_the_dialog_speaks_the_language_of_the_window(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot, language: Language
) -> None:
    window.session.words.switch(language)
    idle(window, qtbot)
    asked = look(page, window, tmp_path, qtbot)
    assert asked.use.text() == window.session.words("profile.use")
    assert asked.use.text() and "profile." not in asked.told.text() + asked.why.text() + asked.seen.text()
    asked.reject()


def test_every_standard_has_a_name_in_the_window(window: Window) -> None:
    from shockplan.shocks.severity import standards
    from shockplan.texts import catalogue

    for name in standards():
        for language in ("en", "lo"):
            assert f"profile.standard.{name}" in catalogue(language)


def test_a_storms_track_is_taken_without_classes(
    page: SituationPage, window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    quarters = ",".join(f"R34_{quarter}" for quarter in ("NE", "SE", "SW", "NW"))
    (tmp_path / "plan" / "storm.csv").write_text(f"lat,lon,{quarters}\n15,107,60,60,60,60\n")
    page.layering.look(tmp_path / "plan" / "storm.csv")
    asked = dialog(page, window, qtbot)
    assert ("way",) not in asked.form.fields
    asked.use.click()
    idle(window, qtbot)
    assert layers(window)[-1] == {"kind": "hazard", "id": "storm", "file": "storm.csv", "name": "storm"}
    assert heard.faults == []


def test_the_rule_for_places_hit_in_part_is_chosen_and_says_what_another_would_change(
    page: SituationPage, window: Window, qtbot: QtBot, heard: Heard
) -> None:
    name = window.session.words("profile.rule")
    choice = next(box for box in page.findChildren(QComboBox) if box.accessibleName() == name)
    assert choice.currentData() == "area_share"
    results = window.session.results
    assert results is not None and dict(results.place_rule.others)["any_touch"] > 0
    before = results.figures.possible
    choice.setCurrentIndex(choice.findData("any_touch"))
    choice.activated.emit(choice.currentIndex())
    idle(window, qtbot)
    results = window.session.results
    assert results is not None and results.place_rule.rule == "any_touch"
    assert results.figures.possible < before and heard.faults == []
