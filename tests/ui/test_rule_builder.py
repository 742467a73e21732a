"""The rule builder: conditions added, grouped, changed and taken out; each step can be taken back."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from shockplan.planfile import Condition
from shockplan.problems import InputError
from shockplan.rules import group_of
from tests.ui.conftest import Heard
from ui.pages.who import WhoPage
from ui.rule_editor import RuleEditor
from ui.rule_parts import (
    FieldInfo,
    Tree,
    as_group,
    at,
    dissolved,
    first_leaf,
    kind_of,
    leaf_paths,
    replaced,
    shifted,
    with_kind,
    with_member,
    with_way,
    without,
    wrapped,
)
from ui.window import Window

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

YES_NO = ((True, "yes"), (False, "no"))
LEVELS = (("severe", "severe"), ("low", "low"))
FIELDS = (
    FieldInfo("affected", "hit", "shock", ("is", "one_of"), (*YES_NO, ("certain", "certain"))),
    FieldInfo(
        "severity",
        "how hard",
        "shock",
        ("at_least", "below", "is", "one_of"),
        LEVELS,
        ((Decimal(3), "severe"),),
    ),
    FieldInfo("members", "members", "household", ("at_least", "below", "between", "is"), number=True),
    FieldInfo("village_code", "village", "place", ("is", "one_of")),
)


def groups(tree: Tree, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not kind_of(tree):
        return []
    found = [path]
    for number, member in enumerate(tree[kind_of(tree)]):
        found += groups(member, (*path, kind_of(tree), number))
    return found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_pressed_leaves_a_rule_that_can_be_answered(data: st.DataObject) -> None:
    tree = as_group(first_leaf(FIELDS[0]))
    for _ in range(data.draw(st.integers(1, 10))):
        paths = [path for path, _ in leaf_paths(tree)]
        path, group = data.draw(st.sampled_from(paths)), data.draw(st.sampled_from(groups(tree)))
        field = data.draw(st.sampled_from(FIELDS))
        before = tree
        match data.draw(st.sampled_from(["add", "field", "way", "wrap", "out", "kind", "dissolve", "shift"])):
            case "add":
                tree = with_member(tree, group, first_leaf(field))
                assert len(list(leaf_paths(tree))) == len(paths) + 1
            case "field":
                tree = replaced(tree, path, first_leaf(field))
            case "way":
                leaf = at(tree, path)
                own = next(each for each in FIELDS if each.name == leaf["field"])
                tree = replaced(tree, path, with_way(leaf, own, data.draw(st.sampled_from(own.ways))))
            case "wrap":
                tree = wrapped(tree, path, "any")
            case "out" if len(paths) > 1:
                tree = without(tree, path)
                assert len(list(leaf_paths(tree))) == len(paths) - 1
            case "kind":
                tree = with_kind(tree, group, data.draw(st.sampled_from(["all", "any", "none"])))
            case "shift":
                way = data.draw(st.sampled_from([-1, 1]))
                tree, there = shifted(tree, path, way)
                assert at(tree, there) == at(before, path)
                back, here = shifted(tree, there, -way)
                assert there == path or (back, here) == (before, path), "the way back is the other way"
            case "dissolve" if group:
                tree = dissolved(tree, group)
                assert len(list(leaf_paths(tree))) == len(paths)
        check(Condition.model_validate(tree))
        assert kind_of(before), "the tree that was given is left alone"


def check(condition: Condition) -> None:
    """What is built can be answered, but for two limits of one field that leave no number between them."""
    try:
        group = group_of(condition, "rule")
    except InputError as error:
        assert [problem.code for problem in error.problems] == ["rule.bounds"]
        return
    for member in group[1] if group else ():
        check(member)


@pytest.fixture
def rule(planned: Window) -> RuleEditor:
    planned.go("who")
    page = planned.stack.currentWidget()
    assert isinstance(page, WhoPage)
    return page.rule


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def eligible(window: Window) -> int:
    assert window.session.results is not None
    return window.session.results.figures.eligible


def test_a_condition_is_added_with_the_mouse_changed_counted_and_taken_back(
    planned: Window, rule: RuleEditor, heard: Heard, qtbot: QtBot
) -> None:
    before = eligible(planned)
    add = [button for button in buttons(rule) if button.text() == planned.words("build.add")][-1]
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    idle(planned, qtbot)
    path = max(path for path in rule.rows if len(path) == 2)
    row = rule.rows[path]
    assert row.info.name == "members"
    row.limits["at_least"].field.setValue(6)
    idle(planned, qtbot)
    assert eligible(planned) < before
    assert "members is at least 6" in rule.sentence.text()
    told = rule.info.answered((*rule.info.path, *path)) if rule.info else None
    assert told is not None
    assert planned.session.results is not None
    households = planned.session.results.households.rows
    assert told.yes + told.no + told.unknown == households
    planned.session.undo()
    planned.session.undo()
    idle(planned, qtbot)
    assert eligible(planned) == before
    assert path not in rule.rows
    assert heard.faults == []


def test_another_field_brings_its_own_ways_and_values(
    planned: Window, rule: RuleEditor, qtbot: QtBot
) -> None:
    path, row = next((path, row) for path, row in rule.rows.items() if row.info.name == "pmt_score")
    row.field.setCurrentIndex(row.field.findData("head_sex"))
    row.field.activated.emit(row.field.currentIndex())
    idle(planned, qtbot)
    row = rule.rows[path]
    assert [row.way.itemData(number) for number in range(row.way.count())] == ["is", "one_of"]
    assert "sex of the head is female" in rule.sentence.text()
    assert any(field.name == "district" and len(field.choices) == 148 for field in rule.fields)
    assert any(field.name == "layer:flood" for field in rule.fields)
    assert any(field.name == "province" and len(field.choices) == 18 for field in rule.fields)


def test_a_condition_is_grouped_and_the_group_dissolved(
    planned: Window, rule: RuleEditor, qtbot: QtBot
) -> None:
    before = rule.tree
    path = next(path for path, row in rule.rows.items() if row.info.name == "affected")
    rule.rows[path].tools["group"].click()
    idle(planned, qtbot)
    assert at(rule.tree, path) == {"any": [{"field": "affected", "equals": True}]}
    rule._change(dissolved(rule.tree, path))
    idle(planned, qtbot)
    assert rule.tree == before


def test_a_condition_is_moved_with_its_buttons_and_with_the_keyboard_which_goes_along(
    planned: Window, rule: RuleEditor, heard: Heard, qtbot: QtBot
) -> None:
    fields = ("affected", "members", "pmt_score")
    leaves = [
        {"field": "affected", "equals": True},
        *({"field": name, "below": Decimal(9)} for name in fields[1:]),
    ]
    rule._change({"all": [*leaves, {"any": [dict(leaves[1]), dict(leaves[2])]}]})
    idle(planned, qtbot)

    def order() -> list[str]:
        return [each.get("field", "a group") for each in rule.tree["all"]]

    assert not rule.rows["all", 0].tools["up"].isEnabled()
    assert not rule.rows["all", 3, "any", 1].tools["down"].isEnabled()
    rule.rows["all", 0].tools["down"].click()
    idle(planned, qtbot)
    assert order() == ["members", "affected", "pmt_score", "a group"]
    assert rule.focusWidget() is rule.rows["all", 1].tools["down"]
    sentence = rule.sentence.text()
    field = rule.rows["all", 2].limits["below"].field
    field.setFocus()
    for _ in range(2):
        qtbot.keyClick(rule.focusWidget(), Qt.Key.Key_Up, CTRL_SHIFT)
        idle(planned, qtbot)
    assert order() == ["pmt_score", "members", "affected", "a group"]
    assert rule.rows["all", 0].isAncestorOf(rule.focusWidget()), "the keyboard stays in what was moved"
    assert rule.sentence.text() != sentence
    rule.heads["all", 3]["up"].click()
    idle(planned, qtbot)
    assert order() == ["pmt_score", "members", "a group", "affected"]
    for _ in range(3):
        planned.session.undo()
        idle(planned, qtbot)
    assert order() == ["members", "affected", "pmt_score", "a group"]
    assert heard.faults == []


def test_none_of_these_turns_the_answers_round(planned: Window, rule: RuleEditor, qtbot: QtBot) -> None:
    inner = next(path for path in groups(rule.tree) if path)
    before = eligible(planned)
    rule._change(with_kind(rule.tree, inner, "none"))
    idle(planned, qtbot)
    assert "none of" in rule.sentence.text()
    assert eligible(planned) != before


def test_limits_that_leave_no_number_are_said_in_the_builder_and_the_rule_stays(
    planned: Window, rule: RuleEditor, heard: Heard, qtbot: QtBot
) -> None:
    before = rule.tree
    limits = [{"field": "members", "at_least": Decimal(5)}, {"field": "members", "below": Decimal(5)}]
    rule._change({"all": limits})
    idle(planned, qtbot)
    assert rule.fault.isVisible()
    assert "5" in rule.fault.text()
    assert rule.tree == before
    assert heard == [], "said where it was made, and nowhere else"
    rule._change({"all": limits[:1]})
    idle(planned, qtbot)
    assert not rule.fault.isVisible()


def test_the_last_condition_of_the_rule_stays(planned: Window, rule: RuleEditor, qtbot: QtBot) -> None:
    rule._change({"all": [{"field": "affected", "equals": True}]})
    idle(planned, qtbot)
    (row,) = rule.rows.values()
    row.tools["close"].click()
    idle(planned, qtbot)
    assert len(rule.rows) == 1


def test_a_term_of_the_score_is_added_and_taken_out(planned: Window, qtbot: QtBot) -> None:
    planned.go("who")
    page = planned.stack.currentWidget()
    assert isinstance(page, WhoPage)
    count = len(page.score.rows)
    page.score.add.click()
    idle(planned, qtbot)
    assert len(page.score.rows) == count + 1
    page.score.rows[-1].remove.click()
    idle(planned, qtbot)
    assert len(page.score.rows) == count


def buttons(rule: RuleEditor) -> list[Any]:
    from PySide6.QtWidgets import QPushButton

    return [button for button in rule.findChildren(QPushButton) if button.isVisible()]
