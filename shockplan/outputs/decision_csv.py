"""What persons must decide, as files that the plan reads back once `answer` is filled in.

Answers are yes or no for verify, pay or cut for duplicates; a blank one stays open. PLAN.toml names the
files as decisions.verify and decisions.duplicates.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shockplan.budget import Reason, Status
from shockplan.found_values import FILLABLE
from shockplan.outputs.lines import verify_lists
from shockplan.outputs.list_csv import csv_bytes
from shockplan.outputs.questions import asked_fields
from shockplan.registry.duplicate_clusters import duplicate_clusters
from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.plan import Plan

VERIFY_COLUMNS = ("household_id", "answer", "questions", "list_id", "admin2_pcode", "village_code", "village")
DUPLICATE_COLUMNS = (
    "household_id", "answer", "cluster", "score", "reasons", "source_row", "admin2_pcode", "village_code",
    "members", "held",
)  # fmt: skip


def verify_csv(plan: "Plan", language: Language) -> bytes:
    """Every household that must be asked first, with the questions; no names.

    After the answer an empty column for each field that is asked: the value found there is read back.
    """
    rows = np.flatnonzero(plan.allocation.status == Status.VERIFY)
    fields = [field for field in asked_fields(plan, rows) if field in FILLABLE]
    blanks = [""] * len(fields)
    filled = ((*line[:2], *blanks, *line[2:]) for line in questions(plan, language))
    return csv_bytes((*VERIFY_COLUMNS[:2], *fields, *VERIFY_COLUMNS[2:]), filled)


def questions(plan: "Plan", language: Language) -> Iterator[Sequence[object]]:
    for listed in verify_lists(plan, language):
        head = listed.header
        for line in listed.lines:
            place = head.list_id, head.district_code, head.village_code, head.village
            yield line.household_id, "", " | ".join(line.questions), *place


def duplicates_csv(plan: "Plan") -> bytes:
    """Every household of a cluster that may be one family registered twice; no names.

    The clusters whose payment may wait come first, then those that are only noted; `held` says whether
    the payment of a household waits for the answer. Answers given before stand in the file again.
    """
    return csv_bytes(DUPLICATE_COLUMNS, clusters(plan))


def clusters(plan: "Plan") -> Iterator[Sequence[object]]:
    registry = plan.inputs.registry
    waits = plan.allocation.reason == Reason.DUPLICATE_UNDECIDED
    waits &= plan.allocation.status == Status.CUT
    places = registry.households["village"].to_numpy()
    codes = [code if isinstance(code, str) else None for code in registry.villages.get("code", ())]
    for cluster in duplicate_clusters(registry, plan.inputs.decisions.duplicates):
        for member in cluster.members:
            place = int(places[member.row])
            village = codes[place] if 0 <= place < len(codes) else None
            yield (
                member.household_id,
                member.said or "",
                cluster.number,
                cluster.score,
                "|".join(cluster.reasons),
                member.source_row,
                member.district,
                village,
                member.members,
                "yes" if waits[member.row] else "no",
            )
