"""Funds and transfers are built in the window; what may not be is said under its field."""

import datetime as dt
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Heard
from ui.form_fields import LineField, Unreadable, read_day, read_number
from ui.money_entries import MODES
from ui.pages.how_much import HowMuchPage
from ui.pages.situation import SituationPage
from ui.window import Window


@pytest.fixture
def money(planned: Window) -> HowMuchPage:
    planned.go("how_much")
    page = planned.stack.currentWidget()
    assert isinstance(page, HowMuchPage)
    return page


def idle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=20_000)


def typed(field: object, text: str) -> None:
    """As typed into the field and left with Enter."""
    assert isinstance(field, LineField)
    field.line.setText(text)
    field.line.editingFinished.emit()


def test_numbers_and_days_are_read_as_people_write_them() -> None:
    assert read_number("1,250,000", whole=True) == 1_250_000
    assert read_number("໑໒໕ ໐໐໐ ₭", whole=True) == 125_000
    assert read_number("2.5 %", factor=100) == Decimal("0.025")
    assert read_number("  ") is None
    assert read_day("໒໔/໑໑/໒໐໒໖") == read_day("2026-11-24") == dt.date(2026, 11, 24)
    for wrong in ("many", "1e999", "nan", "12.5"):
        with pytest.raises(Unreadable):
            read_number(wrong, whole=True)
    with pytest.raises(Unreadable):
        read_day("31/02/2026")


def test_a_fund_in_dollars_without_a_rate_is_said_under_the_rate_and_the_plan_stays(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot
) -> None:
    card = money.funds[2]
    card.tools["edit"].setChecked(True)
    before = planned.session.results
    card.ask({**card.form.table, "currency": "USD"})
    idle(planned, qtbot)
    fault = card.form.faults["rate",]
    assert fault.isVisible()
    assert fault.text()
    assert not card.form.faults["amount",].isVisible()
    assert planned.session.results is before
    assert heard == [], "said where it was made, and nowhere else"
    typed(card.form.fields["rate",], "໒໒,໔໐໐")
    idle(planned, qtbot)
    assert not card.form.faults["rate",].isVisible()
    after = planned.session.results
    assert after is not None
    assert (after.funds[2].currency, after.funds[2].budget_kip) == (
        "USD",
        int(after.funds[2].amount) * 22_400,
    )


def test_what_is_no_number_stays_in_its_field_with_a_sentence(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot
) -> None:
    card = money.funds[0]
    card.tools["edit"].setChecked(True)
    typed(card.form.fields["amount",], "sixty million")
    assert card.form.faults["amount",].text() == planned.words("build.not_a_number")
    assert card.form.fields["amount",].line.text() == "sixty million"
    assert not planned.session.jobs.busy
    assert heard == []


def test_a_mistake_is_put_back_as_it_was(planned: Window, money: HowMuchPage, qtbot: QtBot) -> None:
    card = money.funds[0]
    card.tools["edit"].setChecked(True)
    typed(card.form.fields["reserve_share",], "300 %")
    idle(planned, qtbot)
    assert card.form.faults["reserve_share",].isVisible()
    card.put_back.click()
    assert not card.form.faults["reserve_share",].isVisible()
    assert card.form.fields["reserve_share",].line.text() == "0 %"


def test_a_fund_is_added_moved_earmarked_and_taken_out(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot
) -> None:
    money.adds["funds"].click()
    idle(planned, qtbot)
    assert len(money.funds) == 4
    money.funds[3].moved_by.emit(-1)
    idle(planned, qtbot)
    assert planned.session.results is not None
    assert planned.session.results.funds[2].id == "fund_1"
    card = money.funds[2]
    card.tools["edit"].setChecked(True)
    card.form.take(("earmark", "districts"), ("LA1701",))
    idle(planned, qtbot)
    assert planned.session.table_at(("funds", 2, "earmark")) == {"districts": ("LA1701",)}
    card.moved_by.emit(0)
    idle(planned, qtbot)
    assert len(money.funds) == 3
    assert heard.faults == []


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_a_transfer_is_built_and_worked_out_for_three_households(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot, mode: str
) -> None:
    card = money.transfers[1]
    card.tools["edit"].setChecked(True)
    card.form.take(("mode",), mode)
    needs = {
        "flat": {("kip",): 100_000},
        "per_person": {("kip",): 50_000},
        "bands": {},
        "meb_gap": {("basket_kip",): 900_000, ("source",): "made up"},
        "share_of_base": {("share",): Decimal("0.5"), ("base_kip",): 150_000},
        "on_top_of_base": {("kip",): 70_000, ("base_kip",): 150_000},
    }[mode]
    for key, value in needs.items():
        idle(planned, qtbot)
        card.form.take(key, value)
    idle(planned, qtbot)
    assert card.wrong == {}
    assert planned.session.results is not None
    assert planned.session.results.transfers[1].mode == mode
    shown = [total.text() for _, total in card.examples.amounts]
    assert all(text.endswith("₭") for text in shown)
    assert any(text != "0 ₭" for text in shown)
    assert heard.faults == []


def test_a_transfer_for_some_only_is_built_as_a_rule(
    planned: Window, money: HowMuchPage, qtbot: QtBot
) -> None:
    card = money.transfers[1]
    card.tools["edit"].setChecked(True)
    card.when.begin.click()
    idle(planned, qtbot)
    assert "members is at least 1" in card.when.sentence.text()
    assert card.when.info is not None
    (leaf,) = card.when.info.leaves
    assert leaf.yes > 0
    card.when._change(None)
    idle(planned, qtbot)
    assert planned.session.table_at(("transfers", 1, "when")) is None


def test_the_poverty_gap_asks_for_its_line_where_it_is_missing(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot
) -> None:
    money.fit.method.setCurrentIndex(money.fit.method.findData("poverty_gap"))
    money.fit.method.activated.emit(money.fit.method.currentIndex())
    idle(planned, qtbot)
    assert money.fit.form.faults["poverty_line_kip",].isVisible()
    assert heard == []


def test_the_name_and_the_date_of_the_plan_are_changed_in_the_window(
    planned: Window, heard: Heard, qtbot: QtBot
) -> None:
    planned.go("situation")
    page = planned.stack.currentWidget()
    assert isinstance(page, SituationPage)
    page.plan.tools["edit"].setChecked(True)
    typed(page.plan.form.fields["date",], "31/02/2026")
    assert page.plan.form.faults["date",].isVisible()
    typed(page.plan.form.fields["date",], "໒໔/໑໑/໒໐໒໖")
    idle(planned, qtbot)
    assert planned.session.table_at(("plan", "date")) == dt.date(2026, 11, 24)
    typed(page.plan.form.fields["name",], "Another name")
    idle(planned, qtbot)
    assert planned.head.name.text() == "Another name"
    assert heard.faults == []


def test_a_slider_that_goes_where_no_fund_can_be_says_so_in_its_card(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot
) -> None:
    card = money.funds[0]
    card.amount.slider.setValue(0)
    idle(planned, qtbot)
    assert card.form.faults["amount",].isVisible()
    assert card.not_taken.isVisible()
    assert heard == []
    card.put_back.click()
    assert not card.not_taken.isVisible()


def test_a_transfer_tops_up_a_programme_and_a_fund_is_for_its_households(
    planned: Window, money: HowMuchPage, heard: Heard, qtbot: QtBot
) -> None:
    results = planned.session.results
    assert results is not None and "mecg" in {name for name, *_ in results.programmes}
    transfer, fund = money.transfers[0], money.funds[0]
    for card in (transfer, fund):
        card.tools["edit"].setChecked(True)
    transfer.form.take(("programme",), "mecg")
    idle(planned, qtbot)
    fund.form.take(("earmark", "programmes"), ["mecg"])
    idle(planned, qtbot)
    assert planned.session.table_at(("transfers", 0))["programme"] == "mecg"
    assert list(planned.session.table_at(("funds", 0))["earmark"]["programmes"]) == ["mecg"]
    assert heard.faults == [] and not transfer.wrong and not fund.wrong
