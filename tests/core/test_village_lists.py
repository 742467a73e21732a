"""A list of affected villages as an agency writes it: codes join, names propose within their district."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shockplan.areas import load_gazetteer
from shockplan.boundaries import schematic_boundaries
from shockplan.exposure import Certainty, Exposure, expose
from shockplan.planfile import AreaSpec, ExposureSpec
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer
from shockplan.shocks.reading import read_layer
from tests.core.made_up import made_up_registry

VILLAGES = (
    ("1702001", "ບ້ານ ໂພນທອງ", "Phonthong", "LA1702"),
    ("1702002", "ໂນນສະຫວັນ", "Nonsavan", "LA1702"),
    ("1702003", "ໂນນສະຫວັນ", "Nonsavan Noi", "LA1702"),
    ("1701001", "ໂນນສະຫວັນ", "Nonsavan", "LA1701"),
)
"""Made up: in LA1702 the Lao name of 1702002 and 1702003 is the same."""


def registry() -> Registry:
    """Two households a village, and two of no village."""
    made = made_up_registry(10, seed=1)
    villages = pd.DataFrame(
        {
            "key": [code for code, *_ in VILLAGES],
            "code": [code for code, *_ in VILLAGES],
            "name_lo": [lao for _, lao, *_ in VILLAGES],
            "name_en": [roman for *_, roman, _ in VILLAGES],
            "district": [district for *_, district in VILLAGES],
            "lon": np.nan,
            "lat": np.nan,
        }
    )
    village = np.array([0, 0, 1, 1, 2, 2, 3, 3, -1, -1], dtype=np.int32)
    return replace(made, households=made.households.assign(village=village), villages=villages)


def answers(folder: Path, lines: list[str], **keys: object) -> tuple[list[Certainty], Exposure]:
    """Of one household of each village, then of one without a village."""
    (folder / "list.csv").write_text("\n".join(["district,village,hit", *lines]), encoding="utf-8")
    given: dict[str, object] = {
        "kind": "area", "id": "list", "name": "List", "file": "list.csv", "level": "village",
        "code": "village", "district": "district", "value": "hit", "unlisted": "none",
        "defines_affected": True, "classes": {"values": {"yes": "severe", "no": "none"}},
    }  # fmt: skip
    spec = AreaSpec.model_validate(given | keys)
    layer = read_layer(folder, spec, load_gazetteer())
    assert isinstance(layer, AreaLayer)
    gazetteer = load_gazetteer()
    found = expose(registry(), [layer], schematic_boundaries(gazetteer), [spec], ExposureSpec())
    found = replace(found, problems=(*layer.problems, *found.problems))
    return [Certainty(code) for code in found.layers[0].certainty[::2]], found


def codes(found: Exposure) -> list[str]:
    """Of the list: the made-up households were assessed too."""
    return [
        problem.code for problem in found.problems if "village" in problem.code or "shocks" in problem.code
    ]


YES, NO, UNKNOWN = Certainty.CERTAIN, Certainty.NO, Certainty.UNKNOWN


def test_codes_join_with_their_lost_zeros_and_the_rest_is_as_the_list_says(tmp_path: Path) -> None:
    found, exposure = answers(tmp_path, ["LA1702,1702001.0,yes", "LA1701,1701001,no"])
    assert found == [YES, NO, NO, NO, UNKNOWN]
    assert codes(exposure) == []


@pytest.mark.parametrize("written", ["Ban Phonthong", "ໂພນທອງ", "ບ້ານໂພນທອງ", "PHON THONG"])
@pytest.mark.parametrize("district", ["LA1702", "Samakkhixay"])
def test_a_name_that_one_village_bears_is_taken_where_the_plan_says_so(
    tmp_path: Path, written: str, district: str
) -> None:
    found, exposure = answers(tmp_path, [f"{district},{written},yes"], by_name=True)
    assert found == [YES, NO, NO, NO, UNKNOWN]
    assert codes(exposure) == ["exposure.village_names_taken"]
    assert exposure.problems[0].args["pairs"] == (f"{written} = 1702001",)


def test_a_district_name_that_two_districts_bear_is_never_taken(tmp_path: Path) -> None:
    """Xaysetha is in Vientiane Capital and in Attapeu."""
    found, exposure = answers(tmp_path, ["Xaysetha,Nonsavan,yes"], by_name=True)
    assert found == [NO, NO, NO, NO, UNKNOWN]
    assert codes(exposure) == ["shocks.district_unclear", "exposure.village_unknown"]


def test_without_by_name_the_village_is_not_observed_rather_than_unaffected(tmp_path: Path) -> None:
    found, exposure = answers(tmp_path, ["LA1702,Phonthong,yes"])
    assert found == [UNKNOWN, NO, NO, NO, UNKNOWN]
    assert codes(exposure) == ["exposure.village_names_propose"]


def test_a_name_of_two_villages_is_never_taken(tmp_path: Path) -> None:
    found, exposure = answers(tmp_path, ["LA1702,ໂນນສະຫວັນ,yes"], by_name=True)
    assert found == [NO, UNKNOWN, UNKNOWN, NO, UNKNOWN]
    assert codes(exposure) == ["exposure.village_names_near"]


def test_the_same_name_in_another_district_is_another_village(tmp_path: Path) -> None:
    found, _ = answers(tmp_path, ["LA1701,ໂນນສະຫວັນ,yes"], by_name=True)
    assert found == [NO, NO, NO, YES, UNKNOWN]


def test_a_similar_name_is_listed_and_never_taken(tmp_path: Path) -> None:
    found, exposure = answers(tmp_path, ["LA1702,Phonthang,yes"], by_name=True)
    assert found == [UNKNOWN, NO, NO, NO, UNKNOWN]
    assert codes(exposure) == ["exposure.village_names_near"]


def test_a_code_in_another_district_than_the_list_says_is_not_believed(tmp_path: Path) -> None:
    found, exposure = answers(tmp_path, ["LA1701,1702001,yes"])
    assert found == [UNKNOWN, NO, NO, NO, UNKNOWN]
    assert codes(exposure) == ["exposure.village_elsewhere"]


def test_villages_that_the_registry_does_not_know_are_listed_by_row(tmp_path: Path) -> None:
    lines = ["LA1702,1799999,yes", "LA1702,Somewhere else,yes", ",Phonthong,yes", "LA1701,1701001,yes"]
    found, exposure = answers(tmp_path, lines)
    assert found == [NO, NO, NO, YES, UNKNOWN]
    rows = {problem.code: problem.rows for problem in exposure.problems}
    assert sorted(rows["exposure.village_unknown"]) == [2, 3, 4]
    assert rows["shocks.district_unclear"] == (4,)


def test_rows_of_one_village_that_disagree_leave_it_not_observed(tmp_path: Path) -> None:
    lines = ["LA1702,1702001,yes", "LA1702,Phonthong,no"]
    found, exposure = answers(tmp_path, lines, by_name=True)
    assert found == [UNKNOWN, NO, NO, NO, UNKNOWN]
    assert "exposure.village_twice" in codes(exposure)


def test_a_row_that_may_mean_a_village_does_not_undo_what_another_says_of_it(tmp_path: Path) -> None:
    found, _ = answers(tmp_path, ["LA1702,1702001,yes", "LA1702,Phonthang,no"])
    assert found == [YES, NO, NO, NO, UNKNOWN]
