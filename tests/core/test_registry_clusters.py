"""Possible duplicates are shown in clusters with a score and reasons, and decisions about them are kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from shockplan.decisions import read_decisions
from shockplan.planfile import DecisionsSpec
from shockplan.registry.duplicate_clusters import Cluster, duplicate_clusters
from shockplan.registry.duplicates import with_duplicates
from shockplan.registry.household import Registry
from shockplan.registry.names import sound_of
from tests.core.registry_tables import registry_in_memory

HEADINGS = [
    "hhid",
    "district",
    "village code",
    "head name",
    "head name en",
    "family book",
    "hh size",
    "head age",
]
SOME = ["LA1703", "1703001"]


def registry(*rows: list[str]) -> Registry:
    found = registry_in_memory(HEADINGS, rows)
    return with_duplicates(replace(found, problems=()), "r.csv", similar_names=True)


def only(found: tuple[Cluster, ...]) -> Cluster:
    (cluster,) = found
    return cluster


def named(
    number: str, lao: str = "", roman: str = "", book: str = "", size: str = "5", age: str = ""
) -> list[str]:
    return [number, *SOME, lao, roman, book, size, age]


def test_a_cluster_says_who_is_in_it_how_sure_and_why() -> None:
    found = registry(named("A", "ທ້າວ ຫຼ້າ ພອນ", book="F1"), named("B", "ຫລ້າພອນ", book="F1", size="6"))
    cluster = only(duplicate_clusters(found, {}))
    assert (cluster.held, cluster.open, cluster.score) == (True, True, 90)
    assert cluster.reasons == ("book", "name", "village")
    assert [(one.household_id, one.members, one.source_row) for one in cluster.members] == [
        ("A", 5, 2),
        ("B", 6, 3),
    ]
    assert found.households["duplicate"].tolist() == [cluster.number] * 2


def test_names_in_one_village_are_compared_across_scripts_and_only_noted() -> None:
    found = registry(
        named("A", lao="ສົມພອນ ວົງສາ"), named("B", roman="Sompon WONGSA"), named("C", roman="Khamla")
    )
    cluster = only(duplicate_clusters(found, {}))
    assert not cluster.held
    assert [one.household_id for one in cluster.members] == ["A", "B"]
    assert cluster.reasons == ("name", "village", "size")
    other_size = registry(named("A", lao="ສົມພອນ ວົງສາ"), named("B", roman="Sompon WONGSA", size="4"))
    assert duplicate_clusters(other_size, {}) == ()


@pytest.mark.parametrize(("age", "clusters"), [("41", 1), ("43", 1), ("60", 0), ("", 1)])
def test_an_age_far_apart_speaks_against_a_likeness_of_names(age: str, clusters: int) -> None:
    found = registry(named("A", lao="ສົມພອນ ວົງສາ", age="40"), named("B", lao="ສົມພອນ ວົງສາ", age=age))
    assert len(duplicate_clusters(found, {})) == clusters
    if age == "41":
        assert "age" in only(duplicate_clusters(found, {})).reasons


def test_a_decision_that_they_are_no_duplicates_is_kept_for_the_next_extract() -> None:
    rows = [named("A", book="F1"), named("B", book="F1")]
    said = {"A": "pay", "B": "pay"}
    assert not only(duplicate_clusters(registry(*rows), said)).open
    again = registry(named("Z", book="F9"), *reversed(rows))
    assert not only(duplicate_clusters(again, said)).open
    third = only(duplicate_clusters(registry(*rows, named("C", book="F1")), said))
    assert third.open, "a third household that shares the book is a new question"


def test_a_cluster_of_which_all_but_one_are_cut_is_settled() -> None:
    found = registry(named("A", book="F1"), named("B", book="F1"))
    assert not only(duplicate_clusters(found, {"B": "cut"})).open


@pytest.mark.parametrize("word", ["not_duplicate", "not a duplicate", "ບໍ່ຊ້ຳ", "pay"])
def test_not_a_duplicate_is_an_answer_in_either_language(tmp_path: Path, word: str) -> None:
    (tmp_path / "d.csv").write_text(f"household_id,answer\nA,{word}\nB,ຊ້ຳ\n", encoding="utf-8")
    decisions, _, problems = read_decisions(DecisionsSpec(duplicates="d.csv"), tmp_path)
    assert dict(decisions.duplicates) == {"A": "pay", "B": "cut"}
    assert problems == ()


@pytest.mark.parametrize(
    ("lao", "roman"),
    [("ຄຳແສງ", "Khamseng"), ("ບຸນມີ", "Bounmy"), ("ແກ້ວ", "Keo"), ("ໄຊຍະວົງ", "XAYAVONG"), ("ຄຳຈັນ", "Khamchanh")],
)
def test_lao_and_romanised_spellings_have_one_sound(lao: str, roman: str) -> None:
    assert sound_of(lao) == sound_of(roman) != ""
