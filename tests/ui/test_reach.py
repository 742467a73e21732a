"""Whom the money reaches: shown beside the money, live, with its marker of need and multiplier."""

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from shockplan.effect import effect_of
from shockplan.equity import GroupCoverage
from tests.ui.conftest import Heard
from ui.pages.how_much import HowMuchPage
from ui.reach_card import ReachCard
from ui.window import Window


@pytest.fixture
def card(planned: Window, qtbot: QtBot) -> ReachCard:
    planned.go("how_much")
    page = planned.findChild(HowMuchPage)
    assert page is not None
    settled(page.reach, qtbot)
    return page.reach


def settled(card: ReachCard, qtbot: QtBot) -> None:
    session = card.session
    qtbot.waitUntil(lambda: not session.jobs.busy and not card.reaching.timer.isActive(), timeout=20_000)
    assert card.reach is not None


def groups(card: ReachCard) -> dict[tuple[str, str], tuple[int, int]]:
    assert card.reach is not None
    return {
        (kind.code, group.name): (group.funded, group.eligible)
        for kind in card.reach.kinds
        for group in kind.groups
    }


def of_plan(card: ReachCard) -> tuple[GroupCoverage, ...]:
    assert card.session.made is not None
    return effect_of(card.session.made.plan).groups


def test_each_kind_of_group_is_shown_as_the_plan_has_it(card: ReachCard) -> None:
    shown, expected = groups(card), of_plan(card)
    women = next(each for each in expected if (each.kind, each.group) == ("head_sex", "female"))
    assert shown["head_sex", "Headed by a woman"] == (women.funded, women.eligible)
    kinds = {kind.code for kind in card.reach.kinds} if card.reach else set()
    assert kinds == {"head_sex", "disabled", "size", "severity", "district"}
    for kind in kinds - {"district"}:
        funded = sum(each.funded for each in expected if each.kind == kind)
        assert sum(pair[0] for (code, _), pair in shown.items() if code == kind) == funded
    described = card.bars["head_sex"][1].accessibleDescription()
    assert "Headed by a woman" in described and "%" in described


def test_it_follows_the_money(card: ReachCard, qtbot: QtBot) -> None:
    before = groups(card)
    card.session.change(("funds", 0, "reserve_share"), Decimal("0.9"))
    settled(card, qtbot)
    after = groups(card)
    assert sum(funded for funded, _ in after.values()) < sum(funded for funded, _ in before.values())


def test_a_multiplier_is_off_until_it_has_its_source(card: ReachCard, qtbot: QtBot, heard: Heard) -> None:
    card.tools["edit"].setChecked(True)
    assert "multiplier" not in card.told.text()
    card.form.take(("multiplier",), Decimal("1.5"))
    settled(card, qtbot)
    assert card.wrong, "a multiplier without its source is refused where it was typed"
    card.form.take(("multiplier_source",), "A study of 2019")
    settled(card, qtbot)
    assert not card.wrong and "A study of 2019" in card.told.text()
    card.session.undo()
    settled(card, qtbot)
    assert "A study of 2019" not in card.told.text()
    assert heard.faults == []


def test_a_marker_of_need_tells_whom_the_money_misses(card: ReachCard, qtbot: QtBot) -> None:
    assert "leakage" in card.told.text() and "%" not in card.told.text()
    card.session.change(("effect",), {"need": {"field": "members", "at_least": 6}}, place=("effect",))
    settled(card, qtbot)
    assert "under-coverage" in card.told.text() and "%" in card.told.text()


def test_nothing_is_worked_out_while_nobody_looks(planned: Window, qtbot: QtBot) -> None:
    planned.go("who")
    page = planned.findChild(HowMuchPage)
    assert page is not None
    asked: list[object] = []
    page.reach.reaching.found.connect(asked.append)
    planned.session.change(("funds", 0, "reserve_share"), Decimal("0.5"))
    qtbot.waitUntil(lambda: not planned.session.jobs.busy, timeout=20_000)
    assert not page.reach.reaching.timer.isActive() and asked == []


def test_it_speaks_lao(planned: Window, card: ReachCard, qtbot: QtBot) -> None:
    planned.head.language.click()
    settled(card, qtbot)
    assert any("ຍິງ" in name for kind, name in groups(card) if kind == "head_sex")
