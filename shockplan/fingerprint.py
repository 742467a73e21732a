"""The fingerprint of a plan: what it was made from, in 64 hex digits.

It covers the bytes of every input, the parameters, the decisions (they are input files too) and the
program's version. It does not cover the language, the printed date, or how the files are called.
"""

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from shockplan import __version__, planfile
from shockplan.shocks.products import raster_product
from shockplan.source import Source, hash_bytes

if TYPE_CHECKING:
    from shockplan.plan import PlanInputs
    from shockplan.planfile import PlanSpec

NOT_COVERED = {"date", "languages"}
FILE_KEYS = {key for keys in planfile.FILE_KEYS.values() for key in keys}


def fingerprint_of(inputs: "PlanInputs") -> str:
    """SHA-256 in hex over the canonical form of the inputs."""
    return fingerprint(inputs.spec, inputs.sources)


def fingerprint(spec: "PlanSpec", sources: Iterable[Source]) -> str:
    """As `fingerprint_of`, from the plan file and the sources in the order of `plan_files`."""
    covered = {
        "program": __version__,
        "parameters": parameters(spec),
        "inputs": [source.sha256 for source in sources],
    }
    text = json.dumps(covered, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hash_bytes(text.encode())


def parameters(spec: "PlanSpec") -> dict[str, Any]:
    """The plan file without file names, language, date, layout, map; a file that is named counts as named."""
    parts: dict[str, Any] = canonical(spec.model_dump(mode="python"))
    parts.pop("paper")
    parts.pop("map")
    parts["plan"] = {key: value for key, value in parts["plan"].items() if key not in NOT_COVERED}
    without_names(parts["registry"])
    if parts["registry"]["people"] is not None:
        without_names(parts["registry"]["people"])
    for name in ("villages", "boundaries", "decisions"):
        if parts[name] is not None:
            without_names(parts[name])
    for layer in parts["layers"]:
        # a raster has no fields: some products are known by the file's name, which then is a parameter
        known = raster_product(PurePath(layer["file"]).name)
        without_names(layer)
        layer["file"] = known.name if known else True
    for name in ("context", "assessments", "earlier_payments"):
        for table in parts[name]:
            without_names(table)
    return parts


def canonical(value: Any) -> Any:
    """As JSON, with a number written one way only: 5, 5.0 and 5.00 are one parameter."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [canonical(item) for item in value]
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return {"number": f"{Decimal(value).normalize():f}"}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return value


def without_names(part: dict[str, Any]) -> None:
    for key in FILE_KEYS & part.keys():
        part[key] = part[key] is not None


def short(fingerprint: str) -> str:
    """The first 16 digits in groups of four, as printed: a1b2-c3d4-e5f6-0718."""
    return "-".join(fingerprint[start : start + 4] for start in range(0, 16, 4))
