"""Members that name their household by the key of the form, not by the household's own id.

Kobo and ODK write the entries of a repeat as a table of their own, whose rows name the submission
(`_submission__id`, `_parent_index`, `PARENT_KEY`); the household's id is a question of the form and stands
in the submission only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from shockplan.problems import InputError
from shockplan.registry.columns import fold_heading, missing_heading, places_of
from shockplan.registry.household import FIELD
from shockplan.registry.people import People
from shockplan.registry.tables import Table
from shockplan.registry.values import parse

REFERS_TO: Mapping[str, tuple[str, ...]] = {
    fold_heading(heading): tuple(map(fold_heading, keys))
    for heading, keys in {
        "_parent_id": ("_id", "__id", "meta/instanceID", "instanceID"),
        "_parent_index": ("_index",),
        "_submission__id": ("_id",),
        "_submission__uuid": ("_uuid", "meta/instanceID", "instanceID"),
        "PARENT_KEY": ("KEY", "meta-instanceID", "meta/instanceID", "instanceID"),
        "__Submissions-id": ("__id", "meta/instanceID", "instanceID"),
    }.items()
}
"""Folded heading of a table of members -> those of the submissions that it refers to."""


@dataclass(frozen=True, eq=False)
class Keys:
    """Columns of the households' table by which members may name them: folded heading -> cells; `ids`: the
    cells of the household id. `stated`: the only one that counts, where the plan names it."""

    columns: Mapping[str, pa.ChunkedArray]
    ids: pa.ChunkedArray
    stated: str | None


def keys_of(table: Table, id_place: int, stated: str | None, path: Path) -> Keys:
    """The key columns of a table of households, kept before its cells are let go.

    Raises InputError where the heading that the plan states is not there.
    """
    if stated is not None:
        places = places_of(table, stated)
        if not places:
            raise InputError(missing_heading(table, "registry.people.key", stated, path))
        return Keys({stated: table.columns[places[0]]}, table.columns[id_place], stated)
    wanted = {key for keys in REFERS_TO.values() for key in keys}
    columns = {
        fold_heading(heading): table.columns[place]
        for place, heading in enumerate(table.headings)
        if place != id_place and fold_heading(heading) in wanted
    }
    return Keys(columns, table.columns[id_place], None)


def with_own_ids(people: People, heading: str, keys: Keys) -> People:
    """The members under the ids of their households, where `heading`, the column that names them, refers to
    a key. A key that two households share names none of them.
    """
    names = (keys.stated,) if keys.stated else REFERS_TO.get(fold_heading(heading), ())
    name = next((name for name in names if name in keys.columns), None)
    if name is None:
        return people
    code = FIELD["household_id"]
    key, own = parse(keys.columns[name], code).values, parse(keys.ids, code).values
    known = pd.DataFrame({"key": key, "own": own}).dropna().drop_duplicates()
    known = known.drop_duplicates("key", keep=False)
    place = pd.Index(known["key"]).get_indexer(pd.Index(people.frame["household_id"].fillna("")))
    found = known["own"].array.take(np.asarray(place), allow_fill=True)
    # a member whose key is nobody's keeps it, so that the problem list can say it
    ids = pd.Series(found).fillna(people.frame["household_id"])
    return replace(people, frame=people.frame.assign(household_id=ids))
