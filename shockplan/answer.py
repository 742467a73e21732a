"""What a command says and how it ends: sentences or one JSON object, and the exit code."""

import json
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from shockplan import __version__
from shockplan.event_log import log_crash, log_event, log_problems
from shockplan.problems import InputError, Problem
from shockplan.progress import Cancelled, Progress, silent
from shockplan.texts import problem_sentence, tr

MENDABLE = 2
BUG = 1


class Answer:
    """What a command says: sentences for a person, or one JSON object."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.exit_code = 0
        self.object: dict[str, Any] = {}

    def say(self, sentence: str) -> None:
        if not self.as_json:
            typer.echo(sentence)

    def give(self, values: Mapping[str, Any]) -> None:
        self.object.update(values)

    def progress(self) -> Progress:
        """A line on stderr that counts up, where a person is looking."""
        if self.as_json or not sys.stderr.isatty():
            return silent
        shown = -1

        def report(share: float) -> None:
            nonlocal shown
            percent = int(share * 100)
            if percent != shown:
                shown = percent
                end = "\n" if percent >= 100 else ""
                typer.echo(f"\r{percent:3} %{end}", nl=False, err=True)

        return report


@contextmanager
def answering(as_json: bool) -> Iterator[Answer]:
    """Turn what happens into the exit code, the problem list on stderr, and the JSON object."""
    answer = Answer(as_json)
    try:
        yield answer
    except InputError as error:
        answer.exit_code = MENDABLE
        log_problems(error.problems)
        answer.give({"problems": [problem_json(problem) for problem in error.problems]})
        typer.echo(tr("cli.mend", {"count": len(error.problems)}), err=True)
        for problem in error.problems:
            typer.echo("  " + problem_sentence(problem, "en"), err=True)
    except (Cancelled, KeyboardInterrupt):
        answer.exit_code = MENDABLE
        typer.echo(tr("cli.cancelled"), err=True)
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost frame: whatever is left is our bug
        answer.exit_code = BUG
        log_crash(error)
        typer.echo(tr("cli.bug", {"version": __version__}), err=True)
        traceback.print_exc()
    log_event("end", exit_code=answer.exit_code)
    if as_json:
        answer.give({"exit_code": answer.exit_code})
        typer.echo(json.dumps(answer.object, ensure_ascii=False, indent=2))
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON, with its English sentence; values may be personal and stay out."""
    return {
        "code": problem.code,
        "level": problem.level,
        "file": problem.file,
        "column": problem.column,
        "rows": list(problem.rows[:100]),
        "row_count": len(problem.rows),
        "sentence": problem_sentence(problem, "en"),
    }
