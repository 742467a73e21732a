"""The household as the core knows it: its fields, and the table that holds all of them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.problems import Problem
from shockplan.registry.place_villages import VillageProposal
from shockplan.registry.places import PlaceProposal
from shockplan.registry.standing import Listed, Standing
from shockplan.source import Source

if TYPE_CHECKING:
    from shockplan.registry.difference import Difference

Kind = Literal["text", "code", "count", "flag", "kip", "number", "sex", "channel", "damage", "date"]

DTYPES: dict[str, str] = {
    "text": "str",
    "code": "str",
    "count": "Int32",
    "flag": "boolean",
    "kip": "Int64",
    "number": "float64",
    "sex": "str",  # "female" / "male"
    "channel": "str",  # "cash" / "cash_point" / "mobile"
    "damage": "str",  # "none" / "minor" / "major" / "destroyed"
    "date": "datetime64[s]",
}
"""pandas dtype of each kind; blank is always missing (NaN / NA / NaT), never 0, False or ''."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the household. `personal`: never in a summary or a log."""

    name: str
    kind: Kind
    personal: bool = False


FIELDS: tuple[Field, ...] = (
    Field("household_id", "code"),
    Field("district", "code"),  # district P-code, LAppdd
    Field("village_code", "code"),
    Field("village_name_lo", "text"),
    Field("village_name_en", "text"),
    Field("head_name_lo", "text", personal=True),
    Field("head_name_en", "text", personal=True),
    Field("head_sex", "sex", personal=True),
    Field("head_age", "count", personal=True),  # completed years
    Field("collector_name", "text", personal=True),  # alternate collector
    Field("family_book", "code", personal=True),
    Field("document_id", "code", personal=True),
    Field("phone", "code", personal=True),
    Field("members", "count"),
    Field("under_1", "count"),
    Field("under_2", "count"),
    Field("under_5", "count"),
    Field("over_60", "count"),
    Field("disabled", "count", personal=True),
    Field("pregnant", "flag", personal=True),  # pregnant or breastfeeding
    Field("in_mecg", "flag"),  # enrolled in the Mother and Early Childhood Grant
    Field("in_other_programme", "flag"),
    Field("birth_unregistered", "flag", personal=True),  # a child under 1 without birth registration
    Field("health_insured", "flag", personal=True),
    Field("pmt_score", "number"),  # proxy means test, lower is poorer
    Field("pmt_class", "text"),  # its class in words, where the registry has no score
    Field("income_kip", "kip", personal=True),  # own income a month
    Field("other_aid_kip", "kip"),  # other aid a month
    Field("earlier_payment_kip", "kip"),  # paid before for this purpose
    Field("channel", "channel"),
    Field("account", "code", personal=True),
    Field("damage", "damage"),
    Field("damage_verified", "flag"),
    Field("lon", "number", personal=True),  # degrees, EPSG:4326
    Field("lat", "number", personal=True),
    Field("field_registered", "flag"),  # added from a village assessment, not in any extract
    Field("paid_before", "flag"),  # named in a list of earlier payments that excludes
)

ASKED_APART: dict[str, Field] = {"pregnant": Field("breastfeeding", "flag", personal=True)}
"""What an extract may have a column of its own for, though it counts for another field."""

NOT_IN_EXTRACTS = frozenset({"field_registered", "paid_before"})
"""What the program itself says of a household; no column of an extract is read as one of these."""

FIELD: dict[str, Field] = {each.name: each for each in FIELDS}


@dataclass(frozen=True, eq=False)
class Registry:
    """Every row of the extract, taken or rejected.

    `households`: RangeIndex; every column of FIELDS (all blank where the extract lacks it) with the
    dtype of DTYPES[kind]; and source_row (int64, spreadsheet row number), village (int32, row of
    `villages`, -1 none), duplicate (int32, cluster whose payment is held, -1 none). household_id and
    district are never blank.
    `villages`: RangeIndex; key (str), code, name_lo, name_en (str), district (P-code), lon, lat
    (float64, from the reference places, NaN unknown). Key: the code, else district + NFC name.
    `rejected`: source_row (int64), household_id, district (original texts), code (why).
    `present`: the fields for which the extract has a column.
    rows_read = len(households) + len(rejected). The proposals are texts that wait for a person.
    With members one row each, people_read = people_counted + those named as without a household; where
    the extract has one row per person, its households and its rows without an id are rows_read.
    The last `added` households are field-registered: they come from rows of `assessed` (the assessment
    forms), in that order, and count in rows_read; their source_row goes on above the extract's. `payments`:
    the lists of earlier payments. `changes`: from the earlier extract that the plan names to this one.
    `duplicate_pairs`: what rows share, as `Duplicates.pairs`; shown by `duplicate_clusters`. `point_sources`:
    where the villages' points come from, with how many villages.
    """

    households: pd.DataFrame
    villages: pd.DataFrame
    rejected: pd.DataFrame
    present: frozenset[str]
    rows_read: int
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]
    district_proposals: tuple[PlaceProposal, ...] = ()
    village_proposals: tuple[VillageProposal, ...] = ()
    people_read: int = 0
    people_counted: int = 0
    added: int = 0
    assessed: Listed = field(default_factory=Listed)
    payments: Listed = field(default_factory=Listed)
    changes: "Difference | None" = None
    point_sources: tuple[tuple[str, int], ...] = ()
    duplicate_pairs: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def first_added(self) -> int:
        """source_row of the first field-registered household; the extract's own rows are all below."""
        own = len(self.households) - self.added
        return int(self.households["source_row"].iloc[own]) if self.added else 2**62

    def own_rows(self) -> NDArray[np.int64]:
        """(n,) the row of each household in its own file, the extract or a form."""
        rows = self.households["source_row"].to_numpy(dtype=np.int64).copy()
        if self.added:
            forms = self.assessed.rows
            rows[len(rows) - self.added :] = forms["source_row"][forms["standing"] == Standing.NEW]
        return rows

    def row_named(self, source_row: int) -> tuple[str, int]:
        """(file, spreadsheet row) of a row of `households`; of an added one those of its form."""
        if source_row < self.first_added:
            return (self.sources[0].name if self.sources else ""), source_row
        form = self.assessed.rows[self.assessed.rows["standing"] == Standing.NEW]
        line = form.iloc[source_row - self.first_added]
        return str(line["file"]), int(line["source_row"])
