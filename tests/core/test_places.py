"""Codes join, names propose, persons decide; and their decisions hold for the next extract."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shockplan.areas import load_gazetteer
from shockplan.problems import InputError
from shockplan.registry.place_decisions import (
    NO_PLACE_DECISIONS,
    PlaceDecisions,
    read_place_decisions,
    with_district,
    with_village,
    write_place_decisions,
)
from shockplan.registry.place_questions import questions_toml
from shockplan.registry.place_texts import How, near_districts
from shockplan.registry.places import PlaceAnswers, resolve_districts
from shockplan.texts import problem_sentence, tr

G = load_gazetteer()
FILE = "extract.csv"


def resolve(decisions: PlaceDecisions = NO_PLACE_DECISIONS, **columns: list[str | None]) -> PlaceAnswers:
    """The answers for columns given as lists; rows count from spreadsheet row 2."""
    series = {name: pd.Series(texts, dtype="str") for name, texts in columns.items()}
    count = len(next(iter(columns.values())))
    headings = {name: f"Heading of {name}" for name in columns}
    return resolve_districts(series, np.arange(2, count + 2), FILE, headings, G, decisions)


def districts(answers: PlaceAnswers) -> list[str | None]:
    return [None if pd.isna(code) else str(code) for code in answers.district]


def reasons(answers: PlaceAnswers) -> list[str]:
    return [problem.code for problem in answers.problems]


def test_p_codes_join_and_nothing_is_asked() -> None:
    answers = resolve(district=["LA1703", " la1705 ", "La 801"])
    assert districts(answers) == ["LA1703", "LA1705", "LA0801"]
    assert set(answers.how) == {How.P_CODE}
    assert districts(resolve(district=["La 1803", "LA-1805"])) == ["LA1803", "LA1805"]
    assert answers.problems == ()
    assert answers.proposals == ()


def test_blank_rows_have_no_district_and_are_left_to_the_reader() -> None:
    answers = resolve(district=["", None, "  "])
    assert districts(answers) == [None, None, None]
    assert answers.problems == ()
    assert answers.proposals == ()


def test_digits_that_mean_the_same_in_both_code_systems_are_taken() -> None:
    answers = resolve(district=["1703", "801", "1012", "໑໗໐໓"])
    assert districts(answers) == ["LA1703", "LA0801", "LA1013", "LA1703"]
    assert set(answers.how) == {How.DIGITS}


def test_digits_with_two_senses_are_asked_about() -> None:
    answers = resolve(district=["1803", "1803", "1805"])
    assert districts(answers) == [None, None, None]
    assert [(p.text, p.rows) for p in answers.proposals] == [("1803", (2, 3)), ("1805", (4,))]
    senses = answers.proposals[0].candidates
    assert [(c.pcode, c.why) for c in senses] == [
        ("LA1805", "places.why_nso"),
        ("LA1803", "places.why_pcode"),
    ]
    (problem,) = answers.problems
    assert (problem.code, problem.level, problem.rows) == ("places.two_code_systems", "error", (2, 3, 4))
    assert problem.column == "Heading of district"


@pytest.mark.parametrize(("digits", "pcode"), [("nso", "LA1805"), ("pcode", "LA1803")])
def test_the_person_says_once_which_codes_the_digits_are(digits: str, pcode: str) -> None:
    decisions = PlaceDecisions(digits=digits)  # type: ignore[arg-type]  # parametrised text
    assert districts(resolve(decisions, district=["1803"])) == [pcode]


def test_a_name_beside_the_digits_settles_their_sense() -> None:
    answers = resolve(district=["1803", "1803"], district_name=["Longcheng", "ລ້ອງຊານ"])
    assert districts(answers) == ["LA1805", "LA1803"]
    assert set(answers.how) == {How.DIGITS_AND_NAME}


def test_a_column_of_statistics_office_codes_is_converted_by_table() -> None:
    answers = resolve(district_nso=["1803", "1011", "101", "9999"])
    assert districts(answers) == ["LA1805", "LA1013", "LA0101", None]
    assert reasons(answers) == ["places.unknown_code"]


def test_in_such_a_column_a_name_may_speak_for_the_other_sense() -> None:
    answers = resolve(district_nso=["1803", "1803"], district_name=["Longsane", "Longcheng"])
    assert districts(answers) == ["LA1803", "LA1805"]


def test_a_p_code_goes_before_a_statistics_office_code_beside_it() -> None:
    answers = resolve(district=["LA1803", ""], district_nso=["1805", "1805"])
    assert districts(answers) == ["LA1803", "LA1803"]


@pytest.mark.parametrize(
    ("text", "pcode", "how"),
    [
        ("LA1703 - Sanamxay", "LA1703", How.P_CODE),
        ("Sanamxay (LA1703)", "LA1703", How.P_CODE),
        ("1703: ສະໜາມໄຊ", "LA1703", How.DIGITS),
        ("ຈັນທະບູລີ (0101)", "LA0101", How.DIGITS),
        ("ມ. ລ້ອງຊານ 1803", "LA1803", How.DIGITS_AND_NAME),
        ("1803 Longcheng", "LA1805", How.DIGITS_AND_NAME),
    ],
)
def test_a_code_and_a_name_in_one_cell_are_read_together(text: str, pcode: str, how: How) -> None:
    answers = resolve(district=[text])
    assert districts(answers) == [pcode]
    assert list(answers.how) == [how]
    assert answers.problems == ()


def test_a_name_in_the_same_cell_may_speak_against_the_code() -> None:
    answers = resolve(district=["LA1703 Sanxay", "1803 Somewhere"])
    assert districts(answers) == ["LA1703", None]
    assert [(p.code, p.values) for p in answers.problems] == [
        ("places.name_disagrees", ("LA1703 Sanxay",)),
        ("places.two_code_systems", ("1803 Somewhere",)),
    ]


def test_a_name_in_the_column_of_codes_is_asked_about_by_what_was_written() -> None:
    answers = resolve(district_nso=["Sanamxay"], district_name=[""])
    assert [(p.text, p.candidates[0].pcode) for p in answers.proposals] == [("Sanamxay", "LA1703")]
    beside = resolve(district=["??"], district_name=["Sanamxay"])
    assert [(p.text, p.candidates[0].pcode) for p in beside.proposals] == [("??", "LA1703")]
    assert districts(
        resolve(PlaceDecisions(accept_known_names=True), district=["??"], district_name=["Nong"])
    ) == [None]


def test_a_known_name_is_proposed_and_not_taken() -> None:
    answers = resolve(district_name=["ມ. ສະໜາມໄຊ", "Sanamxai"])
    assert districts(answers) == [None, None]
    assert [c.pcode for p in answers.proposals for c in p.candidates] == ["LA1703", "LA1703"]
    assert reasons(answers) == ["places.name_only"]


def test_known_names_are_taken_once_a_person_accepts_them() -> None:
    accepting = PlaceDecisions(accept_known_names=True)
    answers = resolve(
        accepting, district_name=["ມ. ສະໜາມໄຊ", "Muong Sanamxai", "ເມືອງສະຫນາມໄຊ", "Sanamsai City"]
    )
    assert districts(answers) == ["LA1703", "LA1703", "LA1703", None]
    assert list(answers.how[:3]) == [How.KNOWN_NAME] * 3


@pytest.mark.parametrize("name", ["Xaysetha", "ໄຊເສດຖາ", "Viengkham", "ວຽງຄຳ", "Phonthong", "ໂພນທອງ"])
def test_a_homonym_is_never_decided_by_its_name_alone(name: str) -> None:
    answers = resolve(PlaceDecisions(accept_known_names=True), district_name=[name])
    assert districts(answers) == [None]
    assert reasons(answers) == ["places.homonym"]
    assert len(answers.proposals[0].candidates) == 2


def test_a_homonym_with_its_province_is_one_district() -> None:
    columns = {"district_name": ["Xaysetha", "Xaysetha"], "province_name": ["Attapeu", "ນະຄອນຫຼວງວຽງຈັນ"]}
    asked = resolve(**columns)
    assert [p.candidates[0].pcode for p in asked.proposals] == ["LA1701", "LA0103"]
    assert districts(resolve(PlaceDecisions(accept_known_names=True), **columns)) == ["LA1701", "LA0103"]


def test_a_misspelt_name_gets_the_nearest_districts_of_its_province() -> None:
    answers = resolve(district_name=["Samakkhisai", "Phuvong"], province_name=["Attapeu", "LA17"])
    assert [p.candidates[0].pcode for p in answers.proposals] == ["LA1705", "LA1702"]
    for proposal in answers.proposals:
        assert {c.pcode[:4] for c in proposal.candidates} == {"LA17"}
        assert proposal.reason == "places.name_unknown"
        assert all(70 <= c.score <= 100 for c in proposal.candidates)
    assert districts(answers) == [None, None]


def test_nearest_names_without_a_province_come_from_the_whole_country() -> None:
    found = near_districts("Viengkam", "", G)
    assert {"LA0610", "LA1009"} <= {candidate.pcode for candidate in found}
    assert near_districts("qqqqqq", "", G) == ()


def test_a_name_that_speaks_against_the_code_is_shown_and_the_code_stands() -> None:
    answers = resolve(
        district=["LA1701", "LA1701"],
        district_name=["Saysetha", "Sanxay"],
        province_name=["Attapeu", "Sekong"],
    )
    assert districts(answers) == ["LA1701", "LA1701"]
    assert reasons(answers) == ["places.name_disagrees", "places.province_disagrees"]
    for problem in answers.problems:
        assert (problem.level, problem.rows) == ("warning", (3,))
    assert answers.problems[0].values == ("Sanxay",)


def test_an_unknown_code_proposes_what_the_name_beside_it_means() -> None:
    answers = resolve(district=["LA1799"], district_name=["Phouvong"])
    assert districts(answers) == [None]
    assert answers.proposals[0].candidates[0].pcode == "LA1705"
    assert reasons(answers) == ["places.unknown_code"]


def test_an_extract_of_an_older_set_of_districts_is_refused() -> None:
    codes = [code for code in G.districts["pcode"] if code not in ("LA1801", "LA1802", "LA1804", "LA1013")]
    codes = [*codes[:-5], "LA1011", "LA1012"]
    with pytest.raises(InputError) as caught:
        resolve(district=[*codes, *codes])
    (problem,) = caught.value.problems
    assert problem.code == "places.other_set"
    assert problem.args["count"] == 141
    assert "LA1011" in problem_sentence(problem)


def test_codes_of_another_gazetteer_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        resolve(district=["LAO.1.2_1", "LAO.1.3_1", "LAO.4.1_1"])
    assert caught.value.problems[0].code == "places.other_codes_file"


def test_a_decision_answers_the_text_wherever_it_stands_and_in_the_next_extract(tmp_path: Path) -> None:
    decisions = PlaceDecisions(
        districts={("Xaysetha", ""): "LA1701", ("Xaysetha", "Vientiane Cap."): "LA0103"}
    )
    (tmp_path / "places.toml").write_text(write_place_decisions(decisions), encoding="utf-8")
    kept = read_place_decisions(tmp_path / "places.toml", G)
    answers = resolve(
        kept, district_name=["Xaysetha ", "Xaysetha", "Xaysetha"], province_name=["", "Vientiane  Cap.", "?"]
    )
    assert districts(answers) == ["LA1701", "LA0103", "LA1701"]
    assert set(answers.how) == {How.DECISION}


TEXTS = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)


@given(
    st.dictionaries(st.tuples(TEXTS, TEXTS), st.sampled_from(list(G.districts["pcode"])), max_size=5),
    st.dictionaries(st.tuples(TEXTS, TEXTS), TEXTS, max_size=5),
    st.sampled_from([None, "nso", "pcode"]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_decisions_come_back_from_their_file_as_they_went_in(
    tmp_path_factory, districts, villages, digits, yes
) -> None:  # type: ignore[no-untyped-def]  # given
    from shockplan.registry.place_decisions import plain_text

    districts = {(plain_text(a), plain_text(b)): code for (a, b), code in districts.items()}
    villages = {(a, plain_text(b)): code for (a, b), code in villages.items()}
    path = tmp_path_factory.mktemp("d") / "places.toml"
    decisions = PlaceDecisions(districts, villages, digits, yes, not yes, "EPSG:32648" if yes else None)
    path.write_text(write_place_decisions(decisions), encoding="utf-8")
    kept = read_place_decisions(path, G)
    assert (dict(kept.districts), dict(kept.villages)) == (districts, villages)
    assert (kept.digits, kept.accept_known_names, kept.exchange_points) == (digits, yes, not yes)
    assert write_place_decisions(kept) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not toml", "places.not_toml"),
        ("other = 1", "places.entry_wrong"),
        ("digits = 'osm'", "places.entry_wrong"),
        ("[[district]]\ntext = 'x'", "places.entry_wrong"),
        ("[[district]]\ntext = 'x'\npcode = 'LA9999'", "places.decision_unknown_code"),
        (
            "[[district]]\ntext='x'\npcode='LA1701'\n[[district]]\ntext=' x'\npcode='LA1702'",
            "places.decided_twice",
        ),
    ],
)
def test_a_decision_file_with_a_fault_is_refused_by_name(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "places.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_place_decisions(path, G)
    assert {problem.code for problem in caught.value.problems} == {code}
    assert all(problem_sentence(problem, "lo") for problem in caught.value.problems)


def test_a_missing_decision_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_place_decisions(tmp_path / "none.toml", G)
    assert caught.value.problems[0].code == "places.file_unreadable"


CELLS = st.one_of(
    st.none(),
    st.text(max_size=10),
    st.sampled_from(["LA1703", "1803", "801", "Xaysetha", "ມ. ໄຊເສດຖາ", "Attapeu", "LA9901", "", "la0101"]),
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=12))
@settings(max_examples=80, deadline=None)
def test_every_row_is_answered_blank_or_named_in_a_problem(rows: list[tuple[str | None, ...]]) -> None:
    names = ("district", "district_nso", "district_name", "province_name")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    answers = resolve(**columns)
    codes = districts(answers)
    assert len(codes) == len(rows) == len(answers.how)
    assert {code for code in codes if code} <= set(G.districts["pcode"])
    named = {row for problem in answers.problems if problem.level == "error" for row in problem.rows}
    asked = {row for proposal in answers.proposals for row in proposal.rows}
    assert named == asked
    for number, (row, code) in enumerate(zip(rows, codes, strict=True)):
        said = any(text and text.strip() for text in row[:3])
        assert (code is None) == (answers.how[number] == How.UNKNOWN)
        assert (number + 2 in named) == (said and code is None)


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_change_their_districts(order: list[int]) -> None:
    texts = ["LA1703", "1803", "801", "Xaysetha", "", "LA9901"]
    straight = dict(zip(texts, districts(resolve(district=texts)), strict=True))
    mixed = [texts[place] for place in order]
    assert districts(resolve(district=mixed)) == [straight[text] for text in mixed]


def test_a_cell_of_ten_megabytes_is_refused_at_once_and_shown_cut() -> None:
    answers = resolve(district=["a" * 10_000_000, "ສ " * 5_000_000])
    assert districts(answers) == [None, None]
    assert max(len(value) for problem in answers.problems for value in problem.values) <= 200


def test_a_million_rows_cost_little_more_than_their_different_texts() -> None:
    texts = pd.Series(
        np.resize(np.array(["LA1703", "la0801", "1803", "Xaysetha", ""], dtype=object), 1_000_000)
    )
    answers = resolve_districts({"district": texts.astype("str")}, np.arange(1_000_000), FILE, {}, G)
    assert answers.district.value_counts().to_dict() == {"LA1703": 200_000, "LA0801": 200_000}
    assert [len(proposal.rows) for proposal in answers.proposals] == [200_000, 200_000]


@pytest.mark.parametrize(
    "reason", ["places.why_spelling", "places.why_near", "places.why_nso", "places.why_pcode"]
)
def test_the_reason_of_each_candidate_has_words(reason: str) -> None:
    assert tr(reason, language="en") != tr(reason, language="lo")


def test_the_questions_come_as_a_file_that_reads_back_as_decisions_once_it_is_filled_in(
    tmp_path: Path,
) -> None:
    columns = {"district_name": ["Muang Sanamxay", 'Xay "se" tha', "Xaysetha"], "province_name": ["", "", ""]}
    asked = resolve(**columns).proposals
    text = questions_toml(asked, (), G, "en")
    path = tmp_path / "places.toml"
    path.write_text(text, encoding="utf-8")
    assert dict(read_place_decisions(path, G).districts) == {}  # blank is not decided
    assert '# "LA1701"  Xaysetha, Attapeu: known spelling (100)' in text
    path.write_text(text.replace('pcode = ""', 'pcode = "LA1701"'), encoding="utf-8")
    filled = read_place_decisions(path, G)
    assert districts(resolve(filled, **columns)) == ["LA1701"] * 3
    assert questions_toml(resolve(filled, **columns).proposals, (), G, "lo").count("[[") == 0


def test_a_decision_is_added_without_touching_the_others() -> None:
    first = with_district(NO_PLACE_DECISIONS, " Muang  X ", "", "LA1701")
    both = with_village(first, "LA1701", "Ban Y", "1701001")
    assert dict(first.villages) == {}
    assert dict(both.districts) == {("Muang X", ""): "LA1701"}
    assert dict(both.villages) == {("LA1701", "Ban Y"): "1701001"}
    assert dict(NO_PLACE_DECISIONS.districts) == {}
