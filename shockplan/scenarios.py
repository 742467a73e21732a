"""Scenarios of a plan that is a PLAN.toml: each a plan file of its own, in a folder beside the plan.

`floods/PLAN.toml` has its scenarios in `floods/PLAN-scenarios/`, each under its name. Such a file is run,
compared and explained like any other plan; its inputs stay where they are. (A .shockplan file holds its
scenarios inside.)
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from shockplan.document import Document, key_path, named_files, read_document
from shockplan.document_files import name_from, own_files, write_document
from shockplan.planfile_names import with_file_names
from shockplan.problems import InputError, Problem

NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
LONGEST = 80


def scenario_folder(plan_path: Path) -> Path:
    """Where the scenarios of a plan file lie."""
    return plan_path.with_name(f"{plan_path.stem}-scenarios")


def file_of(plan_path: Path, name: str) -> Path:
    """The plan file of a scenario; what no file system takes is a hyphen in its name."""
    plain = NOT_IN_A_NAME.sub("-", name)[:LONGEST].strip(" .") or "-"
    return scenario_folder(plan_path) / f"{plain}.toml"


def write_scenario(plan_path: Path, name: str, document: Document) -> None:
    """Keep a state of the plan under a name, in place of one that has it. Raises InputError."""
    path = file_of(plan_path, name)
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("plan.cannot_write", path.name, args={"reason": reason})) from None
    write_document(document, plan_path.parent, path)


def read_scenarios(plan_path: Path) -> Iterator[tuple[str, Document]]:
    """(name, state) of each scenario, as the plan file would name its files; damaged ones are left out."""
    for path in sorted(scenario_folder(plan_path).glob("*.toml")):
        with suppress(InputError):
            yield path.stem, named_from(plan_path, path, read_document(path))


def named_from(plan_path: Path, path: Path, document: Document) -> Document:
    """The state with the names of its inputs as they lead from the plan file."""
    decided = {key_path(key) for key, _ in named_files(document.spec)}

    def rename(key: str, name: str) -> str:
        return name if key in decided else name_from(plan_path.parent, path.parent / name)

    return Document(with_file_names(document.spec, rename), document.contents)


def drop_scenario(plan_path: Path, name: str) -> None:
    """Take a scenario away, with the decision files that no other one names. Raises InputError."""
    path, folder = file_of(plan_path, name), scenario_folder(plan_path)
    others = [other for other in folder.glob("*.toml") if other != path]
    gone = own_files(path).difference(*(own_files(other) for other in others))
    try:
        for file in (path, *(each for each in gone if each.is_relative_to(folder))):
            file.unlink(missing_ok=True)
        for place in (folder / "decisions", folder):
            with suppress(OSError):  # others lie there
                place.rmdir()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("plan.cannot_write", path.name, args={"reason": reason})) from None
