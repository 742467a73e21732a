"""Reading PLAN.toml: every fault at once, each with its key path."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from shockplan.planfile import PlanSpec
from shockplan.problems import Arg, InputError, Problem
from shockplan.programmes import with_programmes
from shockplan.shocks.profiles import with_profiles

MOST_DEEP = 40
"""Tables and lists that lie in one another; a rule that needs more is no longer read by anybody."""

WRONG = {
    "greater_than_equal": "plan.wrong_at_least",
    "greater_than": "plan.wrong_above",
    "less_than_equal": "plan.wrong_at_most",
    "less_than": "plan.wrong_below",
    "literal_error": "plan.wrong_choice",
    "enum": "plan.wrong_choice",
    "union_tag_invalid": "plan.wrong_choice",
    "finite_number": "plan.wrong_number",
    "int_type": "plan.wrong_whole",
    "int_parsing": "plan.wrong_whole",
    "int_from_float": "plan.wrong_whole",
    "decimal_type": "plan.wrong_number",
    "decimal_parsing": "plan.wrong_number",
    "float_type": "plan.wrong_number",
    "float_parsing": "plan.wrong_number",
    "string_type": "plan.wrong_text",
    "bool_type": "plan.wrong_yes_no",
    "bool_parsing": "plan.wrong_yes_no",
    "date_type": "plan.wrong_date",
    "date_parsing": "plan.wrong_date",
    "date_from_datetime_parsing": "plan.wrong_date",
    "date_from_datetime_inexact": "plan.wrong_date",
    "model_type": "plan.wrong_table",
    "dict_type": "plan.wrong_table",
    "tuple_type": "plan.wrong_list",
    "too_short": "plan.wrong_empty",
}
"""What the checking library finds, as a sentence of ours in either language."""


def read_plan_file(path: Path) -> PlanSpec:
    """The plan file, checked. Raises InputError with the key path of every fault."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("plan.file_missing", str(path))) from None
    except OSError as error:
        raise InputError(
            Problem("plan.file_unreadable", str(path), args={"reason": error.strerror or ""})
        ) from None
    return parse_plan_file(content, path.name, path.parent)


def parse_plan_file(content: bytes, name: str, folder: Path | None = None) -> PlanSpec:
    """As `read_plan_file`, from the bytes of the file; `folder`: where the profiles lie that layers name."""
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise InputError(Problem("plan.not_utf8", name)) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem("plan.not_toml", name, args={"reason": str(error)})) from None
    except RecursionError:
        raise InputError(Problem("plan.too_deep", name, args={"most": MOST_DEEP})) from None
    if deeper_than(tables, MOST_DEEP):
        raise InputError(Problem("plan.too_deep", name, args={"most": MOST_DEEP}))
    if folder is not None:
        tables = with_profiles(tables, folder, name)
    try:
        spec = PlanSpec.model_validate(tables)
    except ValidationError as error:
        raise InputError(*(key_problem(name, fault) for fault in error.errors())) from None
    problems = list(repeated_ids(spec, name))
    if problems:
        raise InputError(*problems)
    return with_programmes(spec, name)


def key_problem(name: str, fault: object) -> Problem:
    """One fault of the plan file as a problem whose column is the key path."""
    assert isinstance(fault, dict)
    location: tuple[str | int, ...] = fault["loc"]
    path = key_path(location)
    kind = str(fault["type"])
    if kind == "missing":
        return Problem("plan.key_missing", name, path)
    if kind == "extra_forbidden":
        near = process.extractOne(str(location[-1]), sorted(known_keys(PlanSpec)), score_cutoff=60)
        if near is None:
            return Problem("plan.key_unknown", name, path)
        return Problem("plan.key_unknown_near", name, path, args={"near": str(near[0])})
    given = str(fault.get("input", ""))[:60]
    limits = fault.get("ctx", {})
    args: dict[str, Arg] = {"given": given, "reason": str(fault["msg"])}
    for key in ("ge", "gt", "le", "lt"):
        if key in limits:
            args["limit"] = str(limits[key])
    expected = limits.get("expected") or limits.get("expected_tags")
    if expected:
        args["known"] = str(expected).replace("'", "").replace(" or ", ", ")
    return Problem(WRONG.get(kind.split(".")[0], "plan.key_wrong"), name, path, args=args)


def deeper_than(tables: object, most: int) -> bool:
    """Whether tables and lists lie in one another to more than `most` levels."""
    level: list[object] = [tables]
    for _ in range(most + 1):
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        level = [each for each in below if isinstance(each, (dict, list))]
        if not level:
            return False
    return True


def key_path(location: Iterable[str | int]) -> str:
    """('funds', 2, 'amount') as funds[3].amount: tables are counted from 1, as people do."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step + 1}]"
        elif step not in ("hazard", "area"):  # the tag of a layer's kind is not a key
            path += f".{step}" if path else step
    return path


def known_keys(model: type[BaseModel]) -> set[str]:
    """Every key that the plan file may have, at any depth."""
    keys: set[str] = set()
    waiting: list[object] = [model]
    seen: set[object] = set()
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind in seen:
                continue
            seen.add(kind)
            for name, field in kind.model_fields.items():
                keys.add(name)
                waiting.append(field.annotation)
        else:
            waiting.extend(get_args(kind))
    return keys


def repeated_ids(spec: PlanSpec, name: str) -> Iterator[Problem]:
    """Layers, transfers and funds are named by their ids, so an id stands once in its list."""
    for key, ids in (
        ("layers", [layer.id for layer in spec.layers]),
        ("transfers", [transfer.id for transfer in spec.transfers]),
        ("funds", [fund.id for fund in spec.funds]),
        ("programmes", [programme.id for programme in spec.programmes]),
    ):
        if not ids and key != "programmes":
            yield Problem("plan.key_missing", name, key)
        for repeated, count in Counter(ids).items():
            if count > 1:
                yield Problem("plan.id_repeated", name, key, args={"id": repeated})
