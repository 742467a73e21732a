"""The command line: the whole job without a window.

Exit codes: 0 done; 2 the user can mend it (the problems are listed on stderr); 1 our bug.
"""

import datetime as dt
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shockplan import __version__
from shockplan.problems import InputError, Problem
from shockplan.progress import Cancelled, Progress, part, silent
from shockplan.texts import Language, problem_sentence, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shockplan.outputs.drawing import MapDrawer
    from shockplan.plan import Plan, PlanInputs

MENDABLE = 2
BUG = 1

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
PlanFile = Annotated[Path, typer.Argument(help="PLAN.toml or a .shockplan file.", metavar="PLAN")]
PASSPHRASE = "SHOCKPLAN_PASSPHRASE"
KEY_PASSPHRASE = "SHOCKPLAN_KEY_PASSPHRASE"
MEASURES = ("affected", "funded", "waiting", "verify", "budget")


@dataclass(frozen=True, slots=True)
class AtlasChoice:
    """What an atlas shows: a page a district or province, which measure, and whether only changed pages."""

    level: str
    measure: str
    only_changed: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """What the composition root hands in: drawing, the window, and the window's own test."""

    draw_map: Callable[[], "MapDrawer"]
    write_atlas: Callable[["Plan", Path, Language, AtlasChoice, Progress], Sequence[Path]]
    open_window: Callable[[Path | None], int]
    test_window: Callable[[], str]
    has_display: Callable[[], bool]


def make_app(outside: Outside) -> typer.Typer:
    """The program's commands, with the drawables and the window given by the caller."""
    app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)

    def say_version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"ShockPlan {__version__}")
            raise typer.Exit

    @app.callback(invoke_without_command=True)
    def window(
        context: typer.Context,
        _version: Annotated[
            bool, typer.Option("--version", callback=say_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        """Shock-responsive emergency cash: from a flood and a registry to lists and a plan."""
        if context.invoked_subcommand is None:
            raise typer.Exit(outside.open_window(None))

    @app.command()
    def demo(
        out: Annotated[Path, typer.Option("--out", help="Folder for the inputs and the outputs.")] = Path(
            "shockplan-demo"
        ),
        as_json: Json = False,
        window: Annotated[bool, typer.Option("--window", help="Open the window afterwards.")] = False,
    ) -> None:
        """Make the built-in demo event (made-up people, made-up flood) and run it."""
        with answering(as_json) as answer:
            plan_path = demo_command(out, outside.draw_map(), answer)
        if window:
            if outside.has_display():
                raise typer.Exit(outside.open_window(plan_path))
            typer.echo(tr("cli.no_display"), err=True)

    @app.command()
    def run(
        plan_file: PlanFile,
        out: Annotated[Path, typer.Option("--out", help="Folder for the outputs.")],
        as_json: Json = False,
    ) -> None:
        """Read the inputs, plan, write every output."""
        with answering(as_json) as answer:
            run_command(plan_file, out, outside.draw_map(), answer)

    @app.command()
    def atlas(
        plan_file: PlanFile,
        out: Annotated[Path, typer.Option("--out", help="Folder for the pages and the book.")],
        level: Annotated[str, typer.Option(help="district or province")] = "district",
        measure: Annotated[str, typer.Option(help="affected, funded, waiting, verify or budget")] = "funded",
        language: Annotated[str, typer.Option(help="en or lo")] = "lo",
        only_changed: Annotated[bool, typer.Option("--only-changed", help="Leave pages that stand.")] = False,
        as_json: Json = False,
    ) -> None:
        """One map page a district or province, and all of them as one book."""
        with answering(as_json) as answer:
            choice = AtlasChoice(
                one_of(level, "--level", ("district", "province")),
                one_of(measure, "--measure", MEASURES),
                only_changed,
            )
            progress = answer.progress()
            plan = plan_of(plan_file, part(progress, 0, 0.4))
            written = outside.write_atlas(plan, out, language_of(language), choice, part(progress, 0.4, 1))
            answer.give({"fingerprint": plan.fingerprint, "outputs": [str(path) for path in written]})
            answer.say(tr("cli.atlas", {"files": len(written), "folder": str(out)}))

    @app.command()
    def explain(
        plan_file: PlanFile,
        household: Annotated[str, typer.Argument(help="Household id.")],
        language: Annotated[str, typer.Option(help="en or lo")] = "en",
        as_json: Json = False,
    ) -> None:
        """Why a household is funded, waits, or is not on the list: one sentence per step."""
        with answering(as_json) as answer:
            explain_command(plan_file, household, language_of(language), answer)

    @app.command()
    def verify(
        files: Annotated[list[Path], typer.Argument(help="Files of a plan's outputs.")],
        against: Annotated[Path | None, typer.Option(help="PLAN.toml or a pack.")] = None,
        as_json: Json = False,
    ) -> None:
        """Is each file unchanged, and of which plan?"""
        with answering(as_json) as answer:
            verify_command(files, against, answer)

    @app.command()
    def save(
        plan_file: PlanFile,
        to: Annotated[Path, typer.Option("--to", help="The .shockplan file to make.")],
        encrypt: Annotated[bool, typer.Option("--encrypt", help=f"With {PASSPHRASE}, or asked.")] = False,
        as_json: Json = False,
    ) -> None:
        """Put a plan and all its inputs into one file, encrypted if wished."""
        with answering(as_json) as answer:
            save_command(plan_file, to, encrypt, answer)

    @app.command()
    def export(
        plan_file: PlanFile,
        to: Annotated[Path, typer.Option("--to", help="Folder for PLAN.toml and inputs/.")],
        as_json: Json = False,
    ) -> None:
        """Write the plan of a .shockplan file as PLAN.toml and its inputs."""
        with answering(as_json) as answer:
            export_command(plan_file, to, answer)

    @app.command()
    def approver(
        name: Annotated[str, typer.Argument(help="The approver's name, as printed.")],
        key: Annotated[Path, typer.Option("--key", help="The key file to make.")],
        as_json: Json = False,
    ) -> None:
        """Make an approver's key, sealed with a passphrase, and say what PLAN.toml must name."""
        with answering(as_json) as answer:
            approver_command(name, key, answer)

    @app.command()
    def approve(
        plan_file: PlanFile,
        key: Annotated[Path, typer.Option("--key", help="The approver's key file.")],
        on: Annotated[str | None, typer.Option("--on", help="Day of signing, YYYY-MM-DD; today.")] = None,
        as_json: Json = False,
    ) -> None:
        """Sign the plan's fingerprint: with enough signatures its output is payable."""
        with answering(as_json) as answer:
            approve_command(plan_file, key, on, answer)

    @app.command()
    def selftest(as_json: Json = False) -> None:
        """Check that this installation can do the whole job."""
        with answering(as_json) as answer:
            selftest_command(outside, answer)

    return app


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
def answering(as_json: bool) -> "Iterator[Answer]":
    """Turn what happens into the exit code, the problem list on stderr, and the JSON object."""
    answer = Answer(as_json)
    try:
        yield answer
    except InputError as error:
        answer.exit_code = MENDABLE
        answer.give({"problems": [problem_json(problem) for problem in error.problems]})
        typer.echo(tr("cli.mend", {"count": len(error.problems)}), err=True)
        for problem in error.problems:
            typer.echo("  " + problem_sentence(problem, "en"), err=True)
    except (Cancelled, KeyboardInterrupt):
        answer.exit_code = MENDABLE
        typer.echo(tr("cli.cancelled"), err=True)
    except typer.Exit:
        raise
    except Exception:  # noqa: BLE001 - the outermost frame: whatever is left is our bug
        answer.exit_code = BUG
        typer.echo(tr("cli.bug", {"version": __version__}), err=True)
        traceback.print_exc()
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


def language_of(name: str) -> Language:
    if name == "lo":
        return "lo"
    if name == "en":
        return "en"
    raise InputError(Problem("cli.language", args={"given": name}))


def inputs_of(plan_file: Path, progress: Progress) -> "PlanInputs":
    """The inputs of a PLAN.toml or of a .shockplan file."""
    from shockplan.inputs import read_inputs
    from shockplan.workspace import is_workspace, workspace_inputs

    if is_workspace(plan_file):
        return workspace_inputs(plan_file, passphrase_of(plan_file), progress)
    return read_inputs(plan_file, progress)


def plan_of(plan_file: Path, progress: Progress) -> "Plan":
    """The plan of a PLAN.toml or .shockplan file, approved where it is signed."""
    from shockplan.approval import read_approvals, with_approvals
    from shockplan.plan import make_plan

    plan = make_plan(inputs_of(plan_file, part(progress, 0, 0.6)), part(progress, 0.6, 1))
    return with_approvals(plan, read_approvals(plan_file))


def key_passphrase(confirm: bool) -> str:
    """The passphrase of an approver's key: from the environment, else asked."""
    given = os.environ.get(KEY_PASSPHRASE)
    if given is None and sys.stdin.isatty():
        given = str(
            typer.prompt(tr("cli.passphrase"), hide_input=True, confirmation_prompt=confirm, err=True)
        )
    if not given:
        raise InputError(Problem("cli.no_key_passphrase"))
    return given


def approver_command(name: str, path: Path, answer: Answer) -> None:
    from shockplan.approval import new_key

    key = new_key(path, name, key_passphrase(confirm=True))
    answer.give({"approver": name, "public_key": key.public_key, "key_file": str(path)})
    answer.say(tr("cli.key_made", {"file": str(path)}))
    answer.say(f"\n[[approval.approvers]]\nname = {json.dumps(name, ensure_ascii=False)}")
    answer.say(f'public_key = "{key.public_key}"')


def approve_command(plan_file: Path, key_file: Path, on: str | None, answer: Answer) -> None:
    from shockplan.approval import add_approval, open_key, read_approvals, sign, with_approvals
    from shockplan.fingerprint import short

    try:
        day = dt.date.fromisoformat(on) if on else dt.date.today()
    except ValueError:
        raise InputError(Problem("cli.day", args={"given": str(on)})) from None
    plan = plan_of(plan_file, answer.progress())
    spec = plan.inputs.spec
    if spec.plan.date is None:
        raise InputError(Problem("approval.no_date", plan_file.name, "plan.date"))
    key = open_key(key_file, key_passphrase(confirm=False))
    if (key.approver, key.public_key) not in {(one.name, one.public_key) for one in spec.approval.approvers}:
        raise InputError(
            Problem("approval.not_an_approver", plan_file.name, "approval", args={"name": key.approver})
        )
    for sentence in figure_sentences(plan):
        answer.say(sentence)
    path = add_approval(plan_file, sign(key, plan.fingerprint, day))
    plan = with_approvals(plan, read_approvals(plan_file))
    answer.give(
        {"fingerprint": plan.fingerprint, "approved": plan.approved, "signatures": len(plan.approvals)}
    )
    signed = {"name": key.approver, "fingerprint": short(plan.fingerprint), "file": str(path)}
    answer.say(tr("cli.signed", signed))
    answer.say(tr("cli.approved") if plan.approved else tr("cli.draft"))


def passphrase_of(workspace: Path) -> str | None:
    """The passphrase of an encrypted file: from the environment, else asked where a person sits."""
    from shockplan.workspace.store import is_encrypted

    if not is_encrypted(workspace):
        return None
    given = os.environ.get(PASSPHRASE)
    if given is None and sys.stdin.isatty():
        return str(typer.prompt(tr("cli.passphrase"), hide_input=True, err=True))
    return given


def save_command(plan_file: Path, to: Path, encrypt: bool, answer: Answer) -> None:
    from shockplan.workspace import save_plan

    passphrase = None
    if encrypt:
        passphrase = os.environ.get(PASSPHRASE)
        if passphrase is None and sys.stdin.isatty():
            passphrase = typer.prompt(
                tr("cli.passphrase"), hide_input=True, confirmation_prompt=True, err=True
            )
        if not passphrase:
            raise InputError(Problem("cli.no_passphrase"))
    save_plan(plan_file, to, passphrase)
    answer.give({"workspace": str(to), "encrypted": encrypt})
    answer.say(tr("cli.saved_encrypted" if encrypt else "cli.saved_plain", {"file": str(to)}))


def export_command(plan_file: Path, to: Path, answer: Answer) -> None:
    from shockplan.workspace import export_plan

    plan_path = export_plan(plan_file, to, passphrase_of(plan_file))
    answer.give({"plan": str(plan_path)})
    answer.say(tr("cli.exported", {"file": str(plan_path)}))


def one_of(given: str, option: str, allowed: tuple[str, ...]) -> str:
    if given not in allowed:
        raise InputError(Problem("cli.option", column=option, args={"given": given, "allowed": allowed}))
    return given


def demo_command(out: Path, draw_map: "MapDrawer", answer: Answer) -> Path:
    """Write the demo event under `out`/inputs and its outputs under `out`/outputs."""
    from shockplan.demo import write_demo
    from shockplan.outputs.staging import open_folder

    progress = answer.progress()
    inputs = open_folder(out / "inputs")
    plan_path = write_demo(inputs, progress=part(progress, 0, 0.2))
    run_command(plan_path, out / "outputs", draw_map, answer, part(progress, 0.2, 1))
    return plan_path


def run_command(
    plan_file: Path, out: Path, draw_map: "MapDrawer", answer: Answer, progress: Progress | None = None
) -> None:
    """Read, plan, write; then say what came out."""
    from shockplan.outputs.writing import write_outputs

    report = progress or answer.progress()
    plan = plan_of(plan_file, part(report, 0, 0.5))
    written = write_outputs(plan, out, draw_map, part(report, 0.5, 1))
    answer.give(plan.summary.as_json())
    answer.give(
        {
            "problems": [problem_json(problem) for problem in plan.problems],
            "fingerprint": plan.fingerprint,
            "approved": plan.approved,
            "outputs": [str(path) for path in written],
        }
    )
    for sentence in result_sentences(plan, out, len(written)):
        answer.say(sentence)


def result_sentences(plan: "Plan", out: Path, files: int) -> Sequence[str]:
    """What a person wants to know at the end of a run."""
    from shockplan.fingerprint import short

    return [
        *figure_sentences(plan),
        tr("cli.draft") if not plan.approved else tr("cli.approved"),
        tr("cli.written", {"files": files, "folder": str(out), "fingerprint": short(plan.fingerprint)}),
    ]


def figure_sentences(plan: "Plan") -> Sequence[str]:
    """The figures of a plan: who, how many, how much."""
    figures: Mapping[str, Any] = plan.summary.as_json()
    affected = figures["affected"]
    return [
        tr("cli.read", {key: figures[key] for key in ("households_read", "rejected")}),
        tr("cli.affected", affected),
        tr("cli.decided", {key: figures[key] for key in ("eligible", "verify", "not_eligible")}),
        tr("cli.funded", {key: figures[key] for key in ("funded", "waiting", "cut", "people_funded")}),
        tr(
            "cli.money",
            {
                key: figures[key]
                for key in (
                    "budget_kip",
                    "committed_kip",
                    "fees_kip",
                    "reserve_kip",
                    "set_aside_kip",
                    "remaining_kip",
                )
            },
        ),
        tr("cli.problems", {"count": len(plan.problems)}),
    ]


def explain_command(plan_file: Path, household: str, language: Language, answer: Answer) -> None:
    from shockplan.explain import explain

    plan = plan_of(plan_file, answer.progress())
    sentences = explain(plan, household, language)
    answer.give({"household": household, "fingerprint": plan.fingerprint, "sentences": list(sentences)})
    for sentence in sentences:
        answer.say(sentence)


def verify_command(files: list[Path], against: Path | None, answer: Answer) -> None:
    from shockplan.verify import verify_files

    results = verify_files(files, against)
    answer.give({"files": [result.as_json() for result in results]})
    for result in results:
        answer.say(result.sentence("en"))
    if not all(result.unchanged for result in results):
        answer.exit_code = MENDABLE


def selftest_command(outside: Outside, answer: Answer) -> None:
    from shockplan.selftest import run_selftest

    results = run_selftest(outside.draw_map(), outside.test_window)
    answer.give({"steps": [{"step": step, "ok": ok, "seen": seen} for step, ok, seen in results]})
    for step, ok, seen in results:
        answer.say(f"{'ok  ' if ok else 'FAIL'} {step}: {seen}")
    if not all(ok for _, ok, _ in results):
        answer.exit_code = BUG
