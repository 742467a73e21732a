"""What the cells of a column look like, where its heading says nothing: a field and how sure that is."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shockplan.areas import Gazetteer, fold_name, load_gazetteer
from shockplan.registry.cells import blank_cells, clean, matches, western_digits, words

MOST_CELLS = 20_000
MOST_LOOK = 0.8
"""Share of the filled cells that must look like a field."""

Look = Callable[[pa.Array], float]


def by_pattern(pattern: str) -> Look:
    """The share of cells that match a regular expression (RE2)."""
    return lambda texts: float(matches(texts, pattern).mean())


def sexes(texts: pa.Array) -> float:
    known = pa.array(sorted(frozenset().union(*words()["sex"].values())), pa.string())
    return float(pc.mean(pc.is_in(pc.utf8_lower(texts), value_set=known).cast(pa.float64())).as_py())


def village_codes(texts: pa.Array) -> float:
    """Seven or eight digits whose first four are a district's, of the statistics office or OCHA."""
    gazetteer = load_gazetteer()
    known = {*gazetteer.nso, *gazetteer.districts["pcode"].str[2:]}
    long = matches(texts, r"^[0-9]{6,8}$")
    heads = [text[: max(3, len(text) - 3)].zfill(4)[:4] for text in texts.filter(pa.array(long)).to_pylist()]
    return sum(head in known for head in heads) / max(1, len(texts))


def names_of_districts(texts: pa.Array) -> float:
    return share_of_names(texts, lambda gazetteer, name: name in gazetteer.names)


def names_of_provinces(texts: pa.Array) -> float:
    return share_of_names(texts, lambda gazetteer, name: name in gazetteer.province_names)


def share_of_names(texts: pa.Array, known: Callable[[Gazetteer, str], bool]) -> float:
    gazetteer = load_gazetteer()
    counted = pc.value_counts(texts).to_pylist()
    if len(counted) > 500:  # no column of districts or provinces
        return 0.0
    found = sum(one["counts"] for one in counted if known(gazetteer, fold_name(one["values"])))
    return float(found / max(1, len(texts)))


def sizes(texts: pa.Array) -> float:
    """Whole numbers like those of persons in a household: from 1, most of them between 2 and 9."""
    small = matches(texts, r"^[1-9][0-9]?$")
    values = np.array([int(text) for text in texts.filter(pa.array(small)).to_pylist()])
    usual = len(values) > 0 and len(set(values.tolist())) >= 3 and 3 <= float(np.median(values)) <= 8
    return float(small.mean()) if usual else 0.0


def identifiers(texts: pa.Array) -> float:
    """Codes with digits, none of them twice."""
    distinct = len(texts) >= 3 and pc.count_distinct(texts).as_py() == len(texts)
    if not distinct:
        return 0.0
    coded = matches(texts, r"^[A-Za-z0-9/_.-]{3,40}$") & matches(texts, "[0-9]")
    return float(coded.mean())


LOOKS: tuple[tuple[str, float, Look], ...] = (
    ("district", 0.7, by_pattern(r"(?i)^la[\s_.-]?[0-9]{3,4}$")),
    ("phone", 0.7, by_pattern(r"^(\+?856|0)?[\s-]?(20[\s-]?[0-9]{4}[\s-]?[0-9]{4}|30[\s-]?[0-9]{7})(\.0)?$")),
    ("lon", 0.7, by_pattern(r"^10[0-7][.,][0-9]+$")),
    ("lat", 0.7, by_pattern(r"^(1[3-9]|2[0-2])[.,][0-9]+$")),
    ("head_sex", 0.5, sexes),
    ("province_name", 0.6, names_of_provinces),
    ("district_name", 0.6, names_of_districts),
    ("village_name_lo", 0.6, by_pattern("^(ບ້ານ|ບ\\.)")),
    ("village_name_en", 0.6, by_pattern(r"(?i)^(baan|ban|b\.)\s")),
    ("head_name_lo", 0.6, by_pattern("^(ທ້າວ|ທ\\.|ນາງ|ນ\\.|ທ່ານ)")),
    ("head_name_en", 0.6, by_pattern(r"(?i)^(mr|mrs|ms|thao|nang|m|mme)[.\s]")),
    ("village_code", 0.6, village_codes),
    ("household_id", 0.4, identifiers),
    ("members", 0.3, sizes),
)
"""Field, how sure at most, and what its cells look like; the first that fits is proposed."""


def look_of(column: pa.ChunkedArray) -> tuple[str, float] | None:
    """The field that the filled cells of a column look like and how sure that is, None for none."""
    texts = western_digits(clean(column.slice(0, MOST_CELLS).combine_chunks()))
    texts = texts.filter(pa.array(~blank_cells(texts)))
    if not len(texts):
        return None
    for field, most, look in LOOKS:
        share = look(texts)
        if share >= MOST_LOOK:
            return field, round(most * share, 2)
    return None
