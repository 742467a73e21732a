"""A village joins by its code; its name only proposes villages of the same district."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shockplan.areas import load_gazetteer
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, PlaceDecisions, read_place_decisions
from shockplan.registry.place_questions import questions_toml
from shockplan.registry.place_villages import VillageAnswers, fold_village, resolve_villages, whole_codes

REFERENCE = pd.DataFrame(
    {
        "code": ["0101001", "1701001", "1701002", "1702001"],
        "name_lo": ["ໂພນໄຊ", "ໂພນໄຊ", "ຫ້ວຍແກ້ວ", "ດອນແດງ"],
        "name_en": ["Phonxay", "Phonxay", "Houaykeo", "Dondeng"],
        "district": ["LA0101", "LA1701", "LA1701", "LA1702"],
    }
).astype("str")


def resolve(
    *rows: tuple[str, str | None, str | None], decisions: PlaceDecisions = NO_PLACE_DECISIONS
) -> VillageAnswers:
    """Rows of (district, village code, village name)."""
    frame = pd.DataFrame(
        {
            "district": pd.Series([row[0] for row in rows], dtype="str"),
            "village_code": pd.Series([row[1] for row in rows], dtype="str"),
            "village_name_lo": pd.Series([None] * len(rows), dtype="str"),
            "village_name_en": pd.Series([row[2] for row in rows], dtype="str"),
            "source_row": np.arange(2, len(rows) + 2),
        }
    )
    return resolve_villages(frame, REFERENCE, "a.csv", decisions)


def codes(answers: VillageAnswers) -> list[str | None]:
    return [None if pd.isna(code) else str(code) for code in answers.code]


def test_codes_join_and_nothing_is_asked() -> None:
    answers = resolve(("LA1701", "1701001", "Ban Phon Xai"), ("LA1701", "1701001", None))
    assert codes(answers) == ["1701001", "1701001"]
    assert answers.problems == ()
    assert answers.proposals == ()


@pytest.mark.parametrize("text", ["101001", "0101001.0", "101001.0"])
def test_a_leading_zero_lost_and_a_float_are_put_right(text: str) -> None:
    assert codes(resolve(("LA0101", text, None))) == ["0101001"]


def test_codes_are_left_alone_where_the_table_has_codes_of_many_forms() -> None:
    written = pd.Series(["101001", None], dtype="str")
    assert whole_codes(written, pd.Series(["0101001", "A1"])).equals(written)


def test_an_unknown_code_and_a_village_of_another_district_are_reported_and_kept() -> None:
    answers = resolve(("LA1701", "1701999", None), ("LA1701", "1702001", None))
    assert codes(answers) == ["1701999", "1702001"]
    assert [(p.code, p.rows, p.values) for p in answers.problems] == [
        ("places.village_code_unknown", (2,), ("1701999",)),
        ("places.village_elsewhere", (3,), ("1702001",)),
    ]


def test_a_name_that_is_nothing_like_that_of_its_code_is_reported_and_the_code_stands() -> None:
    answers = resolve(("LA1701", "1701001", "Dondeng"), ("LA1701", "1701002", "ຫ້ວຍ ແກ້ວ"))
    assert codes(answers) == ["1701001", "1701002"]
    (problem,) = answers.problems
    assert (problem.code, problem.level) == ("places.village_name_disagrees", "warning")
    assert (problem.rows, problem.values) == ((2,), ("Dondeng",))


def test_a_name_without_code_proposes_villages_of_its_own_district_only() -> None:
    answers = resolve(
        ("LA1701", None, "Ban Phonxay"), ("LA1701", None, "Huaykeo"), ("LA1702", None, "Phonxay")
    )
    assert codes(answers) == [None, None, None]
    found = {p.text: [(c.code, c.why) for c in p.candidates] for p in answers.proposals}
    assert found == {
        "Ban Phonxay": [("1701001", "places.why_spelling")],
        "Huaykeo": [("1701002", "places.why_near")],
        "Phonxay": [],
    }
    (note,) = answers.problems
    assert (note.code, note.level, note.rows) == ("places.village_name_only", "note", (2, 3))


def test_a_decision_gives_the_code_in_its_district_and_nowhere_else() -> None:
    decisions = PlaceDecisions(villages={("LA1701", "Ban Phonxay"): "1701001"})
    answers = resolve(("LA1701", None, " Ban  Phonxay"), ("LA1702", None, "Ban Phonxay"), decisions=decisions)
    assert codes(answers) == ["1701001", None]
    assert [p.district for p in answers.proposals] == ["LA1702"]


def test_the_word_for_village_is_no_part_of_its_name() -> None:
    assert len({fold_village(text) for text in ("ບ້ານໂພນໄຊ", "ບ. ໂພນໄຊ", "ໂພນໄຊ")}) == 1
    assert len({fold_village(text) for text in ("Ban Phonxay", "PHONXAY", "B. Phon Xay")}) == 1
    assert fold_village("ບ້ານ") != ""


def test_households_without_any_village_stay_without() -> None:
    answers = resolve(("LA1701", None, None))
    assert codes(answers) == [None]
    assert answers.proposals == ()
    assert answers.problems == ()


def test_village_questions_read_back_as_decisions(tmp_path: Path) -> None:
    rows = (("LA1701", None, "Huaykeo"), ("LA1701", None, "Nowhere"))
    text = questions_toml((), resolve(*rows).proposals, load_gazetteer(), "en")
    assert text.count("[[village]]") == 1
    path = tmp_path / "places.toml"
    path.write_text(text.replace('code = ""', 'code = "1701002"'), encoding="utf-8")
    assert codes(resolve(*rows, decisions=read_place_decisions(path, load_gazetteer()))) == ["1701002", None]
