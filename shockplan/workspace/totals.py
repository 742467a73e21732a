"""A plan without persons: its parameters, totals by district and village, log and signatures.

What the ministry gets, and what is left of a plan after a purge. No row is of fewer than FEWEST households.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from shockplan import __version__
from shockplan.audit import Difference
from shockplan.budget import Status
from shockplan.certainty import Certainty
from shockplan.document import named_files
from shockplan.fingerprint import fingerprint
from shockplan.plan import Plan
from shockplan.planfile_names import plan_files
from shockplan.planfile_reading import parse_plan_file
from shockplan.planfile_writing import plan_file_text
from shockplan.source import Source
from shockplan.workspace.codec import table_bytes, table_of
from shockplan.workspace.opened import Opened
from shockplan.workspace.plans import OPEN_TO_ALL, Seal, new_file
from shockplan.workspace.store import Store, damaged
from shockplan.workspace.workspace import Workspace, write_entry

FEWEST = 5
"""A village of fewer households is counted with the others of its district: a row may not be one family."""

OTHERS = ""
TABLES = ("districts", "villages")


def totals_of(plan: Plan) -> dict[str, pd.DataFrame]:
    """Totals by district, and by village (`village` is its key, OTHERS the small ones of the district)."""
    registry = plan.inputs.registry
    frame = counted(plan)
    district = registry.households["district"].to_numpy()
    keys = registry.villages["key"].to_numpy(dtype=object)
    place = registry.households["village"].to_numpy()
    village = np.where(place >= 0, keys[np.maximum(place, 0)] if len(keys) else OTHERS, OTHERS).astype(object)
    sizes = pd.Series(village).map(pd.Series(village).value_counts()).to_numpy()
    village[sizes < FEWEST] = OTHERS
    by_district = frame.groupby(district).sum().rename_axis("district").reset_index()
    by_village = frame.groupby([district, village]).sum().rename_axis(["district", "village"]).reset_index()
    small = (by_village["village"] == OTHERS) & (by_village["households"] < FEWEST)
    return {"districts": by_district, "villages": by_village[~small].reset_index(drop=True)}


def counted(plan: Plan) -> pd.DataFrame:
    """One row a household of what is summed: ones and kip."""
    allocation, targeting = plan.allocation, plan.targeting
    affected = plan.exposure.affected
    members = plan.inputs.registry.households["members"].fillna(0).to_numpy(dtype=np.int64)
    funded = allocation.status == Status.FUNDED
    columns = {
        "households": np.ones(len(members), dtype=np.int64),
        "people": members,
        "certain": affected == Certainty.CERTAIN,
        "possible": affected == Certainty.POSSIBLE,
        "unknown": affected == Certainty.UNKNOWN,
        **{status.name.lower(): allocation.status == status for status in Status},
        "people_funded": np.where(funded, members, 0),
        "paid_kip": allocation.total_kip,
    }
    assert len(targeting.decision) == len(members)
    return pd.DataFrame({name: np.asarray(values, dtype=np.int64) for name, values in columns.items()})


def write_totals(store: Store, plan: Plan) -> None:
    """Keep the totals in a file, in the caller's transaction."""
    kept = {f"{name}.parquet": table_bytes(table) for name, table in totals_of(plan).items()}
    kept["summary.json"] = json.dumps(plan.summary.as_json()).encode()
    for name, content in kept.items():
        digest = store.put(content, packed=name.endswith(".json"))
        store.connection.execute("INSERT OR REPLACE INTO total VALUES (?, ?)", (name, digest))


def read_totals(workspace: Workspace) -> tuple[Mapping[str, Any], dict[str, pd.DataFrame]]:
    """(the summary, as --json gives it; totals by district and by village). Empty where none are kept."""
    rows = {str(name): str(digest) for name, digest in workspace.store.rows("SELECT name, sha256 FROM total")}
    if "summary.json" not in rows:
        return {}, {}
    summary: Mapping[str, Any] = json.loads(workspace.store.content(rows["summary.json"]))
    tables = {}
    for name in TABLES:
        content = workspace.store.content(rows[f"{name}.parquet"])
        check_unpacked(workspace, content)
        tables[name] = table_of(content)
    return summary, tables


MOST_UNPACKED = 256 << 20
"""Bytes that a table of totals may unpack to: a hundred times all villages of the country."""


def check_unpacked(workspace: Workspace, content: bytes) -> None:
    """Refuse a table of others that would fill the memory, before it is unpacked."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        meta = pq.ParquetFile(io.BytesIO(content)).metadata
        size = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
    except (pa.ArrowException, OSError, ValueError):
        raise damaged(workspace.path, "totals") from None
    if size > MOST_UNPACKED or meta.num_rows > MOST_UNPACKED // 64:
        raise damaged(workspace.path, "totals")


def save_totals(plan: Plan, opened: Opened, path: Path, seal: Seal = OPEN_TO_ALL, who: str = "") -> None:
    """Write a plan without its persons into a new file for the ministry.

    It has the parameters, the hash of every input, totals, fingerprint, signatures and the audit log.
    """
    document = plan.inputs.document
    decided = {name for _, name in named_files(document.spec)}
    with new_file(path, seal) as store:
        workspace = Workspace(store, who, shelf=False)
        with store.transaction():
            store.set("program", __version__)
            store.set("holds", "totals")
            for (_, name), source in zip(plan_files(document.spec), plan.inputs.sources, strict=True):
                if name not in decided:
                    row = (name, source.sha256, source.size)
                    store.connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", row)
            row_now = (
                "now",
                "",
                plan_file_text(document.spec),
                json.dumps(document.hashes()),
                plan.fingerprint,
                json.dumps(plan.summary.as_json()),
                "",
            )
            store.connection.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", row_now)
            for entry in opened.entries():
                write_entry(store, entry)
            workspace.log("totals", "", Difference("", "", plan.fingerprint[:16]))
            for approval in plan.approvals:
                workspace.write_approval(approval)
            write_totals(store, plan)


def stated_fingerprint(workspace: Workspace) -> str:
    """The fingerprint of the present state, from the hashes that the file states: no input is needed."""
    rows = workspace.store.rows("SELECT plan, contents FROM document WHERE kind = 'now'")
    if not rows:
        raise damaged(workspace.path, "document")
    spec = parse_plan_file(str(rows[0][0]).encode(), workspace.path.name)
    try:
        contents = {str(key): str(digest) for key, digest in json.loads(str(rows[0][1])).items()}
        by_name = {name: contents[key] for key, name in named_files(spec)}
    except (ValueError, AttributeError, KeyError):
        raise damaged(workspace.path, "document") from None
    stated = {
        str(name): str(sha256) for name, sha256 in workspace.store.rows("SELECT name, sha256 FROM file")
    }
    sources = []
    for _, name in plan_files(spec):
        sha256 = by_name.get(name) or stated.get(name)
        if sha256 is None:
            raise damaged(workspace.path, name)
        sources.append(Source(name, sha256, 0))
    return fingerprint(spec, sources)
