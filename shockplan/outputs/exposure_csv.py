"""What a newer satellite pass changed, by place, and where assessments of houses and the map disagree."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shockplan.areas import name_of
from shockplan.certainty import Certainty
from shockplan.damage import Disagreement
from shockplan.outputs.area_csv import LANGUAGES
from shockplan.outputs.list_csv import blank_as_none, csv_bytes
from shockplan.shocks.layer import Severity
from shockplan.shocks.passes import counted

if TYPE_CHECKING:
    from shockplan.plan import Plan

COUNTS = (
    "newly_affected", "no_longer_affected", "no_longer_seen", "still_affected", "worse", "better",
)  # fmt: skip
CHANGE_COLUMNS = ("layer", "level", "place", "name_en", "name_lo", *COUNTS)
DISAGREEMENT_COLUMNS = (
    "household_id", "source_row", "admin2_pcode", "village_code", "disagreement", "damage", "verified",
    "map_affected", "map_class", "counts",
)  # fmt: skip


def layer_changes_csv(plan: "Plan") -> bytes:
    """Households by change for every layer that a newer pass updates: districts, provinces, the total.

    `worse` and `better` are among `still_affected`. The rows of each column sum to the total.
    """
    return csv_bytes(CHANGE_COLUMNS, _change_rows(plan))


def disagreements_csv(plan: "Plan") -> bytes:
    """Every household whose assessment and the map differ, and which of the two counts; no names."""
    return csv_bytes(DISAGREEMENT_COLUMNS, _disagreement_rows(plan))


def _change_rows(plan: "Plan") -> Iterator[Sequence[object]]:
    district = plan.inputs.registry.households["district"].to_numpy()
    for layer, changed in plan.exposure.changes.items():
        moved = changed > 0
        places = sorted(set(district[moved].tolist()))
        for level, groups in (("district", places), ("province", sorted({place[:4] for place in places}))):
            for group in groups:
                mine = np.array([str(code).startswith(group) for code in district[moved]], dtype=np.bool_)
                names = [name_of(plan.inputs.gazetteer, group, language) for language in LANGUAGES]
                counts = counted(changed[moved][mine])
                yield (layer, level, group, *names, *(counts[name] for name in COUNTS))
        counts = counted(changed)
        yield (layer, "total", "total", "", "", *(counts[name] for name in COUNTS))


def _disagreement_rows(plan: "Plan") -> Iterator[Sequence[object]]:
    exposure = plan.exposure
    if exposure.disagreement is None or exposure.map_affected is None or exposure.map_severity is None:
        return
    rows = np.flatnonzero(exposure.disagreement)
    chosen = plan.inputs.registry.households.iloc[rows]
    ids, districts, villages, damages = (
        blank_as_none(chosen[name]) for name in ("household_id", "district", "village_code", "damage")
    )
    verified = chosen["damage_verified"].fillna(False).to_numpy(dtype=np.bool_)
    for place, row in enumerate(rows.tolist()):
        kind = Disagreement(exposure.disagreement[row])
        yield (
            ids[place], int(chosen["source_row"].iloc[place]), districts[place], villages[place],
            kind.name.lower(), damages[place], "yes" if verified[place] else "no",
            Certainty(exposure.map_affected[row]).name.lower(),
            Severity(exposure.map_severity[row]).name.lower(),
            "assessment" if verified[place] else "map",
        )  # fmt: skip
