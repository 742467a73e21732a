"""What a newer pass changed, and where assessments and the map disagree, as files that add up."""

import csv
import io
from dataclasses import replace

import numpy as np

from shockplan.certainty import Certainty
from shockplan.damage import Disagreement
from shockplan.outputs.exposure_csv import COUNTS, disagreements_csv, layer_changes_csv
from shockplan.plan import Plan
from shockplan.shocks.layer import Severity
from shockplan.shocks.passes import Change, counted
from tests.core.paper_plan import paper_plan


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def updated_plan() -> Plan:
    plan = paper_plan(300)
    count = len(plan.inputs.registry.households)
    random = np.random.default_rng(2)
    changed = random.integers(0, len(Change), count).astype(np.int8)
    kinds = random.integers(0, len(Disagreement), count).astype(np.int8)
    exposure = replace(
        plan.exposure,
        changes={"flood": changed},
        disagreement=kinds,
        map_affected=np.full(count, Certainty.NO, dtype=np.int8),
        map_severity=np.full(count, Severity.NONE, dtype=np.int8),
    )
    return replace(plan, exposure=exposure)


def test_the_changes_of_a_newer_pass_sum_from_districts_to_provinces_to_the_total() -> None:
    plan = updated_plan()
    rows = rows_of(layer_changes_csv(plan))
    (total,) = [row for row in rows if row["level"] == "total"]
    expected = counted(plan.exposure.changes["flood"])
    for column in COUNTS:
        for level in ("district", "province"):
            assert sum(int(row[column]) for row in rows if row["level"] == level) == expected[column]
        assert int(total[column]) == expected[column]
    assert sum(expected[name] for name in COUNTS[:4]) == np.count_nonzero(plan.exposure.changes["flood"])


def test_every_disagreement_is_listed_once_and_says_which_side_counts() -> None:
    plan = updated_plan()
    rows = rows_of(disagreements_csv(plan))
    kinds = plan.exposure.disagreement
    assert kinds is not None and len(rows) == np.count_nonzero(kinds) > 0
    ids = plan.inputs.registry.households["household_id"]
    assert [row["household_id"] for row in rows] == ids[np.flatnonzero(kinds)].tolist()
    for row in rows:
        assert (row["counts"] == "assessment") == (row["verified"] == "yes")
    heads = plan.inputs.registry.households["head_name_lo"].dropna()
    text = disagreements_csv(plan).decode("utf-8-sig")
    assert not any(name in text for name in heads), "the list carries no names"
