"""What districts decided in their workspaces, brought back into the whole plan; conflicts go to a person."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from shockplan.audit import Difference, differences
from shockplan.document import Document, with_content
from shockplan.problems import InputError, Problem
from shockplan.workspace.districts import lines_of, written
from shockplan.workspace.workspace import Workspace

KEYS = {
    "verify": ("household_id",),
    "duplicates": ("household_id",),
    "removals": ("household_id",),
    "delivery": ("admin2_pcode", "village_code", "village", "round"),
}
"""By which columns a line of a decision file is known again."""

Take = Literal["ours", "theirs"]
Line = Mapping[str, str]
Place = tuple[str, tuple[str, ...]]
"""Decision file and key of a line."""

HEADINGS = ("list", "key", "base", "ours", "theirs", "from", "take")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two decided differently: as it was when the part was made, as the whole has it, as the part has it."""

    list: str
    key: tuple[str, ...]
    base: str
    ours: str
    theirs: str
    source: str


@dataclass(frozen=True)
class Merged:
    """`document`: the whole plan with what the districts decided, conflicts as `take` says, else ours.

    `taken`: how many lines each file brought; `conflicts`: those that nobody settled yet; `not_taken`:
    parameters that a district changed: they are the whole plan's, and stay.
    """

    document: Document
    taken: Mapping[str, int]
    conflicts: tuple[Conflict, ...]
    not_taken: Mapping[str, tuple[Difference, ...]]


@dataclass(frozen=True)
class PartState:
    """A district's workspace: as it was made, and as it is now."""

    name: str
    base: Document
    now: Document


def part_state(workspace: Workspace) -> PartState:
    """Raises InputError where the workspace was not made as the part of a plan."""
    try:
        base = workspace.document("base")
    except InputError:
        raise InputError(Problem("workspace.no_part", workspace.path.name)) from None
    return PartState(workspace.path.name, base, workspace.document())


def merge(
    whole: Document, parts: Sequence[PartState], settled: Mapping[Place, Take], default: Take | None = None
) -> Merged:
    """Three ways: what a district changed since its part was made, against what the whole has now.

    `settled`: what a person said of a conflict; `default`: of all others, None leaves them open.
    """
    document, conflicts = whole, []
    taken: dict[str, int] = dict.fromkeys((part.name for part in parts), 0)
    for name in KEYS:
        headings, lines = by_key(whole.contents.get(name), name)
        before = dict(lines)  # as the whole has it, before any district
        for part in parts:
            own_headings, base = by_key(part.base.contents.get(name), name)
            new_headings, now = by_key(part.now.contents.get(name), name)
            headings = list(dict.fromkeys([*headings, *own_headings, *new_headings]))
            for key in sorted(base.keys() | now.keys()):
                theirs = now.get(key)
                if theirs == base.get(key) or lines.get(key) == theirs:
                    continue
                clash = lines.get(key) != base.get(key) or before.get(key) != base.get(key)
                take = settled.get((name, key), default) if clash else "theirs"
                if take is None:
                    conflicts.append(
                        Conflict(
                            name, key, said(base.get(key)), said(lines.get(key)), said(theirs), part.name
                        )
                    )
                elif take == "theirs":
                    taken[part.name] += 1
                    if theirs is None:
                        lines.pop(key, None)
                    else:
                        lines[key] = theirs
        if lines != before:
            document = with_content(document, name, written(headings, list(lines.values())))
    kept = {part.name: changed_parameters(part) for part in parts}
    return Merged(document, taken, tuple(conflicts), {name: found for name, found in kept.items() if found})


def changed_parameters(part: PartState) -> tuple[Difference, ...]:
    plain = replace(part.now, contents=part.base.contents)
    return tuple(found for found in differences(part.base, plain) if not found.place.startswith("decisions."))


def by_key(content: bytes | None, name: str) -> tuple[list[str], dict[tuple[str, ...], Line]]:
    """(headings, line by key) of a decision file; of two lines with one key the later stands."""
    if content is None:
        return [], {}
    headings, rows = lines_of(content)
    return headings, {tuple((row.get(column) or "").strip() for column in KEYS[name]): row for row in rows}


def said(line: Line | None) -> str:
    """What a line decides, without its key: answer=yes; nothing where there is no line."""
    if line is None:
        return ""
    keys = {column for columns in KEYS.values() for column in columns}
    return "; ".join(f"{name}={value}" for name, value in line.items() if value and name not in keys)


def conflicts_csv(conflicts: Iterable[Conflict]) -> bytes:
    """The conflicts as a table in which a person writes ours or theirs into `take`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADINGS)
    for one in conflicts:
        writer.writerow((one.list, " / ".join(one.key), one.base, one.ours, one.theirs, one.source, ""))
    return stream.getvalue().encode("utf-8-sig")


def read_settled(path: Path) -> dict[Place, Take]:
    """What a person wrote into the table of conflicts. Raises InputError where a word is neither."""
    try:
        _, rows = lines_of(path.read_bytes())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("workspace.cannot_read", path.name, args={"reason": reason})) from None
    except UnicodeDecodeError:
        raise InputError(Problem("workspace.not_conflicts", path.name)) from None
    settled: dict[Place, Take] = {}
    for row in rows:
        word = (row.get("take") or "").strip().casefold()
        if word not in ("ours", "theirs", ""):
            raise InputError(Problem("workspace.not_conflicts", path.name))
        if word:
            key = tuple((row.get("key") or "").split(" / "))
            settled[(row.get("list") or "", key)] = "ours" if word == "ours" else "theirs"
    return settled
