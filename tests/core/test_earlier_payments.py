"""Lists of earlier payments: matched with a score and decisions, then deducted, excluding, or only shown."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.areas import load_gazetteer
from shockplan.planfile import EarlierPaymentsSpec
from shockplan.problems import InputError
from shockplan.registry.columns import map_columns
from shockplan.registry.completing import Beside
from shockplan.registry.earlier_payments import Counts, read_payments
from shockplan.registry.household import Registry
from shockplan.registry.match_decisions import MatchDecision
from shockplan.registry.reading import registry_of
from shockplan.registry.standing import Standing
from tests.core.registry_tables import Row, table_of, write_csv

EXTRACT = [
    ("hhid", "district", "village code", "head of household", "members", "paid before kip"),
    ("A1", "LA1703", "1703001", "Example One", "5", ""),
    ("A2", "LA1703", "1703001", "Sample Two", "4", "70000"),
    ("A3", "LA1703", "1703002", "Pattern Three", "3", ""),
]
LIST = ("hhid", "name", "district", "village code", "amount", "date", "purpose")


def paid(hhid: str = "", name: str = "", amount: str = "100,000", date: str = "1/11/2026",
         purpose: str = "food") -> Row:  # fmt: skip
    return (hhid, name, "LA1703" if name else "", "1703001" if name else "", amount, date, purpose)


def registry_with(
    folder: Path, lists: dict[str, tuple[list[Row], dict[str, object]]], **decisions: MatchDecision
) -> Registry:
    """The extract with these lists: agency -> (rows, keys of the list's table in PLAN.toml)."""
    specs, tables = [], []
    for number, (agency, (rows, keys)) in enumerate(lists.items()):
        path = write_csv(folder / f"{agency}.csv", [LIST, *rows])
        spec = EarlierPaymentsSpec.model_validate({"file": path.name, "agency": agency, **keys})
        specs.append(spec)
        tables.append(read_payments(path, spec, number, load_gazetteer())[0])
    table = table_of(EXTRACT[0], EXTRACT[1:])
    mapping, _ = map_columns(table, {}, Path("table.csv"))
    payments = pd.concat(tables, ignore_index=True)
    beside = Beside(payments=payments, lists=specs, payment_decisions=decisions)
    return registry_of(table, mapping, load_gazetteer(), None, beside=beside)


def earlier(registry: Registry) -> list[int | None]:
    return [None if pd.isna(value) else int(value) for value in registry.households["earlier_payment_kip"]]


def test_what_lists_say_was_paid_is_summed_and_to_be_deducted(tmp_path: Path) -> None:
    rows = [paid("A1"), paid("A1", amount="50 000"), paid("A3", amount="໒໐໐໐໐")]
    registry = registry_with(tmp_path, {"WFP": (rows, {"use": "deduct", "unlisted": "none"})})
    assert earlier(registry) == [150_000, 70_000, 20_000]
    assert "earlier_payment_kip" in registry.present
    assert registry.payments.counts() == {"read": 3, "rejected": 0, "waiting": 0, "matched": 3, "new": 0}


def test_whom_no_list_names_stays_unknown_unless_the_plan_says_the_lists_are_complete(tmp_path: Path) -> None:
    lists = {"WFP": ([paid("A1")], {"use": "deduct"})}
    assert earlier(registry_with(tmp_path, lists)) == [100_000, 70_000, None]
    lists["WFP"][1]["unlisted"] = "none"
    assert earlier(registry_with(tmp_path, lists)) == [100_000, 70_000, 0]


def test_a_figure_of_the_registry_that_differs_from_the_lists_is_listed(tmp_path: Path) -> None:
    registry = registry_with(tmp_path, {"WFP": ([paid("A2")], {"use": "deduct", "unlisted": "none"})})
    assert earlier(registry)[1] == 100_000
    differing = [problem for problem in registry.problems if problem.code == "payments.two_figures"]
    assert [(one.file, one.rows, one.values) for one in differing] == [("table.csv", (3,), ("70000",))]


def test_a_name_waits_for_a_person_and_leaves_the_candidate_unknown(tmp_path: Path) -> None:
    lists = {"WFP": ([paid(name="Example One")], {"use": "deduct", "unlisted": "none"})}
    registry = registry_with(tmp_path, lists)
    assert earlier(registry) == [None, 70_000, 0]
    row = registry.payments.rows.iloc[0]
    assert row["standing"] == Standing.WAITING and row["reason"] == "match.may_be"
    same = registry_with(tmp_path, lists, **{row["row_id"]: MatchDecision("same", "A1")})
    assert earlier(same) == [100_000, 70_000, 0]
    other = registry_with(tmp_path, lists, **{row["row_id"]: MatchDecision("new")})
    assert earlier(other) == [0, 70_000, 0] and other.payments.counts()["new"] == 1


def test_a_household_that_is_nobody_of_ours_touches_nobody(tmp_path: Path) -> None:
    lists = {"WFP": ([paid("Z7"), paid(name="Wholly Different")], {"use": "exclude"})}
    registry = registry_with(tmp_path, lists)
    assert registry.payments.counts()["new"] == 2
    assert registry.households["paid_before"].tolist() == [False, False, False]
    codes = [problem.code for problem in registry.problems if problem.file == "WFP.csv"]
    assert codes == ["payments.elsewhere"]


def test_only_payments_of_the_stated_purposes_and_days_count(tmp_path: Path) -> None:
    rows = [paid("A1", purpose="Food"), paid("A1", purpose="seed"), paid("A3", date="1/1/2020"),
            paid("A2", purpose="")]  # fmt: skip
    keys = {"use": "deduct", "purposes": ["food"], "since": dt.date(2026, 1, 1), "unlisted": "none"}
    registry = registry_with(tmp_path, {"WFP": (rows, keys)})
    assert registry.payments.rows["counts"].tolist() == [Counts.YES, Counts.NO, Counts.NO, Counts.DOUBTFUL]
    assert earlier(registry) == [100_000, None, 0]


def test_an_amount_not_understood_is_never_nothing(tmp_path: Path) -> None:
    lists = {"WFP": ([paid("A1", amount="about 100")], {"use": "deduct", "unlisted": "none"})}
    registry = registry_with(tmp_path, lists)
    assert earlier(registry)[0] is None
    assert registry.payments.rows["counts"].tolist() == [Counts.DOUBTFUL]


def test_lists_that_exclude_say_so_and_lists_that_show_change_nothing(tmp_path: Path) -> None:
    lists = {
        "WFP": ([paid("A1"), paid(name="Sample Two")], {"use": "exclude"}),
        "Red Cross": ([paid("A3")], {"use": "show"}),
    }
    registry = registry_with(tmp_path, lists)
    assert registry.households["paid_before"].to_numpy(dtype=object, na_value=None).tolist() == [
        True,
        None,
        False,
    ]
    assert earlier(registry) == [None, 70_000, None]
    assert registry.payments.counts()["matched"] == 2


def test_a_list_without_amounts_or_names_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [("district", "date"), ("LA1703", "1/11/2026")])
    with pytest.raises(InputError) as refused:
        read_payments(path, EarlierPaymentsSpec(file=path.name, use="show"), 0, load_gazetteer())
    assert [problem.code for problem in refused.value.problems] == ["payments.no_amount", "payments.no_names"]


def test_the_same_sum_paid_twice_is_two_payments(tmp_path: Path) -> None:
    lists = {"WFP": ([paid("A1"), paid("A1")], {"use": "deduct", "unlisted": "none"})}
    registry = registry_with(tmp_path, lists)
    assert earlier(registry)[0] == 200_000
    assert registry.payments.rows["row_id"].nunique() == 2


PAYMENTS = st.lists(
    st.tuples(st.sampled_from(["A1", "A2", "A3", "Z9", ""]), st.integers(0, 10**12), st.booleans()),
    max_size=8,
)


@settings(max_examples=15, deadline=None)
@given(made=PAYMENTS.filter(bool))
def test_every_kip_of_a_list_is_deducted_once_or_stands_with_nobody(
    made: list[tuple[str, int, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [paid(hhid, amount=str(kip) if known else "?") for hhid, kip, known in made]
    keys = {"use": "deduct", "unlisted": "none"}
    registry = registry_with(tmp_path_factory.mktemp("paid"), {"WFP": (rows, keys)})
    counts = registry.payments.counts()
    assert counts["read"] == len(made) == sum(counts.values()) - counts["read"]
    for place, household in enumerate(("A1", "A2", "A3")):
        own = [(kip, known) for hhid, kip, known in made if hhid == household]
        wanted = 70_000 if not own and household == "A2" else sum(kip for kip, _ in own)
        assert earlier(registry)[place] == (wanted if all(known for _, known in own) else None)
    assert np.isin(registry.payments.rows["standing"], list(Standing)).all()
