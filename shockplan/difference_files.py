"""The difference between two plans in sentences, as JSON and as CSV files. By id, without names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from shockplan.difference import CHANGES, Difference
from shockplan.outputs.list_csv import csv_bytes
from shockplan.outputs.manifest import manifest_bytes, previous_files
from shockplan.outputs.notices import notices
from shockplan.outputs.staging import MANIFEST, staging
from shockplan.outputs.writing import manifest_of
from shockplan.plan import Plan
from shockplan.problems import InputError, Problem
from shockplan.texts import Language, tr

FILES = ("difference-households.csv", "difference-villages.csv", "difference-funds.csv")


def change_counts(found: Difference) -> dict[str, int]:
    """Households by change: added, removed, more, less, moved to another fund."""
    counts = found.households["change"].value_counts()
    return {change: int(counts.get(change, 0)) for change in CHANGES}


def change_kip(found: Difference) -> dict[str, int]:
    """Kip of all rounds that each change brings; they add up to new - old."""
    change = found.households["new_kip"] - found.households["old_kip"]
    return {name: int(change[found.households["change"] == name].sum()) for name in CHANGES}


def difference_json(old: Plan, new: Plan, found: Difference) -> dict[str, Any]:
    """Totals, villages and funds; households stay in the files."""
    return {
        "old": {"plan": old.inputs.spec.plan.name, "fingerprint": old.fingerprint, "kip": found.old_kip},
        "new": {"plan": new.inputs.spec.plan.name, "fingerprint": new.fingerprint, "kip": found.new_kip},
        "change_kip": found.new_kip - found.old_kip,
        "households": change_counts(found),
        "kip": change_kip(found),
        "villages": found.villages.to_dict("records"),
        "funds": found.funds.to_dict("records"),
    }


def difference_sentences(found: Difference, language: Language) -> tuple[str, ...]:
    """What changed, then each fund."""
    counts, kip = change_counts(found), change_kip(found)
    said = [
        tr(f"difference.{name}", {"count": counts[name], "kip": kip[name]}, language)
        for name in CHANGES
        if counts[name]
    ]
    money = {"old": found.old_kip, "new": found.new_kip, "change": found.new_kip - found.old_kip}
    funds = [
        tr("difference.fund", {str(name): value for name, value in line.items()}, language)
        for line in found.funds.to_dict("records")
    ]
    nothing = [] if said else [tr("difference.none", None, language)]
    return (*nothing, *said, tr("difference.money", money, language), *funds)


def write_difference(new: Plan, found: Difference, out: Path) -> tuple[Path, ...]:
    """A file each for households, villages and funds, and a manifest, all or none.

    Raises InputError, also for a folder that holds another set of files: a plan's outputs stay as they are.
    """
    if set(previous_files(out)) - set(FILES):
        raise InputError(Problem("difference.other_files", out.name))
    notice = " | ".join(notices(new))
    tables = (found.households, found.villages, found.funds)
    with staging(out) as work:
        for name, table in zip(FILES, tables, strict=True):
            work.write(name, csv_bytes([*table.columns, "notice"], lines(table, notice)))
        controls = {FILES[0]: (len(found.households), found.new_kip - found.old_kip)}
        work.write(MANIFEST, manifest_bytes(manifest_of(new, work.new, work.names(), controls)))
        return work.put_in_place(())


def lines(table: pd.DataFrame, notice: str) -> Sequence[Sequence[object]]:
    return [(*row, notice) for row in table.itertuples(index=False, name=None)]
