"""Which households may stand twice: payment is held for good reasons only, and nothing is removed."""

import time

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.registry.clusters import clusters
from shockplan.registry.duplicates import SHARED, Duplicates, LookedUp, duplicate_problems, find_duplicates
from shockplan.registry.names import fold_person
from tests.core.made_up import made_up_registry
from tests.core.registry_tables import registry_in_memory

HEADINGS = [
    "hhid",
    "district",
    "village code",
    "head name lo",
    "family book",
    "phone",
    "document id",
    "members",
]


def households(*rows: tuple[str, ...]) -> pd.DataFrame:
    return registry_in_memory(HEADINGS, rows).households


def row(number: str, **changed: str) -> tuple[str, ...]:
    """A household that shares nothing with another, but what is given."""
    plain = {
        "hhid": number,
        "district": "LA1703",
        "village": "1703001",
        "name": f"ຊື່{number * 9}",
        "book": f"F{number}",
        "phone": f"0205555{ord(number[0]):04}",
        "document": "",
        "members": "5",
    }
    return tuple((plain | changed).values())


def only_pair(found: Duplicates) -> pd.Series:
    assert len(found.pairs) == 1
    return found.pairs.iloc[0]


def test_a_shared_phone_or_family_book_alone_is_noted_and_holds_no_payment() -> None:
    for shared in ({"phone": "02055550000"}, {"book": "F0"}):
        found = find_duplicates(households(row("a", **shared), row("b", **shared)), fuzzy=False)
        assert not only_pair(found)["held"]
        assert (found.held == -1).all()
        assert found.suggested.tolist() == [0, 0]


def test_two_independent_agreements_hold_the_payment() -> None:
    both = {"phone": "02055550000", "book": "F0"}
    assert only_pair(find_duplicates(households(row("a", **both), row("b", **both)), fuzzy=False))["held"]
    named = households(row("a", book="F0", name="ທ້າວ ຫຼ້າ ພອນ"), row("b", book="F0", name="ຫລ້າພອນ"))
    found = find_duplicates(named, fuzzy=False)
    assert found.held.tolist() == [0, 0]
    assert only_pair(found)["name"]


def test_an_account_that_is_the_phone_is_no_second_agreement() -> None:
    table = households(row("a", phone="02055550000"), row("b", phone="02055550000"))
    table["account"] = table["phone"]
    found = find_duplicates(table, fuzzy=False)
    assert (found.held == -1).all()
    assert only_pair(found)["contact"]


def test_the_same_name_in_another_district_is_no_agreement() -> None:
    table = households(
        row("a", book="F0", name="ຄຳ"), row("b", book="F0", name="ຄຳ", district="LA1704", village="")
    )
    assert (find_duplicates(table, fuzzy=False).held == -1).all()


def test_a_chiefs_phone_shared_by_many_stops_nobody() -> None:
    table = households(*(row(n, phone="02099998888", name="ຄຳ", book="") for n in "abcd"))
    found = find_duplicates(table, fuzzy=False)
    assert len(found.pairs) == 0
    notes = {problem.code: problem for problem in duplicate_problems(found, table, "r.csv")}
    assert notes["registry.shared_contact"].rows == (2, 3, 4, 5)
    assert notes["registry.shared_contact"].level == "note"


def test_the_same_document_joins_more_than_three() -> None:
    found = find_duplicates(households(*(row(n, document="77") for n in "abcde")), fuzzy=False)
    assert found.held.tolist() == [0] * 5


def test_alike_names_of_one_village_are_suggested_with_a_score_and_its_reasons() -> None:
    table = households(
        row("a", name="ບຸນມີ ສີສະຫວັດ"), row("b", name="ບຸນມີ  ສີສະຫວັດ", members="6"), row("c", name="ຄຳຫຼ້າ"),
        row("d", name="ບຸນມີ ສີສະຫວັດ", members="9"), row("e", name="ບຸນມີ ສີສະຫວັດ", village="1703002"),
    )  # fmt: skip
    found = find_duplicates(table)
    pair = only_pair(found)
    assert (pair["left"], pair["right"], pair["held"]) == (0, 1, False)
    assert pair["name"] and pair["village"] and not pair["size"]
    assert 0 < pair["score"] < 100
    assert found.suggested.tolist() == [0, 0, -1, -1, -1]


def test_names_fold_over_titles_spaces_case_and_ligatures() -> None:
    assert fold_person("ນາງ ໜູ ຄຳ") == fold_person("ຫນູຄຳ")
    assert fold_person("Mr. Boun-My") == fold_person("BOUNMY")
    assert fold_person("Mo") != ""


def test_no_households_have_no_duplicates() -> None:
    found = find_duplicates(made_up_registry(0).households)
    assert len(found.pairs) == len(found.held) == 0


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=25))
def test_clusters_are_the_connected_components(edges: list[tuple[int, int]]) -> None:
    edges = [(one, other) for one, other in edges if one != other]
    ids = pd.Series([f"{number:02}" for number in range(16)])
    left, right = (np.array([edge[end] for edge in edges], dtype=np.int64) for end in (0, 1))
    found = clusters(left, right, ids)
    groups: dict[int, set[int]] = {node: {node} for node in range(16)}
    for one, other in edges:
        joined = groups[one] | groups[other]
        for node in joined:
            groups[node] = joined
    for one in range(16):
        assert (found[one] >= 0) == (len(groups[one]) > 1)
        for other in groups[one]:
            assert found[one] == found[other]
    numbers = found[found >= 0]
    assert sorted(set(numbers.tolist())) == list(range(len(set(numbers.tolist()))))


def test_a_village_of_any_size_is_compared_block_by_block() -> None:
    table = made_up_registry(3000, seed=1).households
    table["village"] = np.int32(0)
    table["head_name_en"] = pd.Series([f"{number:09x}" for number in range(3000)], dtype="str")
    table["head_name_lo"] = table["head_name_en"].where(table.index < 0)
    table.loc[2999, "head_name_en"] = table["head_name_en"][0]
    table["members"] = pd.array([5] * 3000, dtype="Int32")
    start = time.perf_counter()
    pairs = find_duplicates(table).pairs
    assert ((pairs["left"] == 0) & (pairs["right"] == 2999)).sum() == 1
    assert time.perf_counter() - start < 60


def test_what_was_looked_up_beside_other_work_says_the_same_and_another_column_is_looked_at_anew() -> None:
    table = made_up_registry(400).households
    for field in SHARED:  # each value a few times
        table[field] = pd.Series([f"{field} {number % 150}" for number in range(400)], dtype="str")
    plain, beside = find_duplicates(table, fuzzy=False), LookedUp()
    for field in SHARED:
        beside.begin(field, table[field])
    told = find_duplicates(table.assign(other=1), fuzzy=False, looked_up=beside)
    assert told.pairs.equals(plain.pairs)
    assert (told.held == plain.held).all()
    for field in SHARED:
        beside.begin(field, table[field])
    other = table.assign(document_id=pd.Series([f"own {number}" for number in range(400)], dtype="str"))
    found = find_duplicates(other, fuzzy=False, looked_up=beside)
    expected = find_duplicates(other, fuzzy=False)
    assert found.pairs.equals(expected.pairs)
    assert not found.pairs["document"].any()
    assert plain.pairs["document"].any()
