"""What the commands do, once their arguments are read."""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from shockplan.answer import BUG, MENDABLE, Answer, problem_json
from shockplan.event_log import log_event, log_problems
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, part
from shockplan.texts import Language, problem_sentence, tr

if TYPE_CHECKING:
    from shockplan.outputs.drawing import MapDrawer
    from shockplan.plan import Plan, PlanInputs

PASSPHRASE = "SHOCKPLAN_PASSPHRASE"
KEY_PASSPHRASE = "SHOCKPLAN_KEY_PASSPHRASE"
WORKBOOK_PASSWORD = "SHOCKPLAN_WORKBOOK_PASSWORD"
WHO = "SHOCKPLAN_WHO"
Result = TypeVar("Result")


def language_of(name: str) -> Language:
    if name == "lo":
        return "lo"
    if name == "en":
        return "en"
    raise InputError(Problem("cli.language", args={"given": name}))


def inputs_of(plan_file: Path, progress: Progress) -> "PlanInputs":
    """The inputs of a PLAN.toml or of a .shockplan file; a protected workbook's password is asked for."""
    from shockplan.workspace.opened import open_plan

    with closing(open_plan(plan_file, passphrase_of(plan_file), who())) as opened:
        document = opened.document()
        return with_passwords(lambda known: opened.gather(document, None, progress, known))


def with_passwords(read: Callable[[Mapping[str, str]], Result]) -> Result:
    """What `read` gives, asked again as long as a workbook wants a password and a person can be asked."""
    from shockplan.registry.passwords import ASKED

    known: dict[str, str] = {}
    if WORKBOOK_PASSWORD in os.environ:
        known[""] = os.environ[WORKBOOK_PASSWORD]
    while True:
        try:
            return read(known)
        except InputError as error:
            asked = [problem for problem in error.problems if problem.code in ASKED]
            # a password that was given and not asked to be another cannot help
            fresh = [one for one in asked if one.code != "registry.password" or one.file not in known]
            wanting = sorted({problem.file for problem in fresh})
            if not wanting or not sys.stdin.isatty():
                raise
            for problem in fresh:
                typer.echo(problem_sentence(problem, "en"), err=True)
            for name in wanting:
                known[name] = str(
                    typer.prompt(tr("cli.workbook_password", {"file": name}), hide_input=True, err=True)
                )


def plan_of(plan_file: Path, progress: Progress) -> "Plan":
    """The plan of a PLAN.toml or .shockplan file, approved where it is signed."""
    from shockplan.workspace.opened import open_plan, planned

    with closing(open_plan(plan_file, passphrase_of(plan_file), who())) as opened:
        return with_passwords(lambda known: planned(opened, progress, known))


def who() -> str:
    """The name for the audit log: WHO of the environment, else that of the account."""
    from shockplan.audit import name_of_person

    return os.environ.get(WHO) or name_of_person()


def given_or_asked(variable: str, confirm: bool = False) -> str | None:
    """A passphrase: from the environment, else asked where a person sits, else None."""
    given = os.environ.get(variable)
    if given is None and sys.stdin.isatty():
        given = str(
            typer.prompt(tr("cli.passphrase"), hide_input=True, confirmation_prompt=confirm, err=True)
        )
    return given


def key_passphrase(confirm: bool) -> str:
    """The passphrase of an approver's key; a new one is asked twice."""
    given = given_or_asked(KEY_PASSPHRASE, confirm)
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


def day_of(given: str | None) -> dt.date | None:
    """A day written YYYY-MM-DD, None where none is given."""
    try:
        return dt.date.fromisoformat(given) if given else None
    except ValueError:
        raise InputError(Problem("cli.day", args={"given": str(given)})) from None


def approve_command(plan_file: Path, key_file: Path, on: str | None, answer: Answer) -> None:
    from shockplan.approval import approvals_path, open_key
    from shockplan.fingerprint import short
    from shockplan.workspace.opened import open_plan, planned

    day = day_of(on) or dt.date.today()
    key = open_key(key_file, key_passphrase(confirm=False))
    with closing(open_plan(plan_file, passphrase_of(plan_file), who())) as opened:
        progress = answer.progress()
        plan = with_passwords(lambda known: planned(opened, progress, known))
        plan = opened.sign(plan, key, day)
        place = str(plan_file if opened.workspace else approvals_path(plan_file))
    for sentence in figure_sentences(plan):
        answer.say(sentence)
    answer.give(
        {"fingerprint": plan.fingerprint, "approved": plan.approved, "signatures": len(plan.approvals)}
    )
    signed = {"name": key.approver, "fingerprint": short(plan.fingerprint), "file": place}
    answer.say(tr("cli.signed", signed))
    answer.say(tr("cli.approved") if plan.approved else tr("cli.draft"))


def passphrase_of(workspace: Path) -> str | None:
    """The passphrase of an encrypted file, None for one that is open to all."""
    from shockplan.workspace import is_encrypted, is_workspace

    locked = is_workspace(workspace) and is_encrypted(workspace)
    return given_or_asked(PASSPHRASE) if locked else None


def new_passphrase() -> str:
    """A passphrase to seal with, asked twice."""
    given = given_or_asked(PASSPHRASE, confirm=True)
    if not given:
        raise InputError(Problem("cli.no_passphrase"))
    return given


def pack_command(outputs: Path, to: Path, seal: bool, answer: Answer) -> None:
    from shockplan.outputs.district_pack import write_zips

    passphrase = new_passphrase() if seal else None
    written = write_zips(outputs, to, passphrase, answer.progress())
    answer.give({"packs": [str(path) for path in written], "sealed": seal})
    answer.say(tr("cli.packed", {"count": len(written), "folder": str(to)}))


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
    log_event("plan", households=plan.summary.households_read, funded=plan.summary.funded, files=len(written))
    log_problems(plan.problems)
    answer.give(plan.summary.as_json())
    answer.give(
        {
            "problems": [problem_json(problem) for problem in plan.problems],
            "fingerprint": plan.fingerprint,
            "approved": plan.approved,
            "solved": plan.allocation.solved.as_json() if plan.allocation.solved else None,
            "outputs": [str(path) for path in written],
        }
    )
    for sentence in result_sentences(plan, out, len(written)):
        answer.say(sentence)


def result_sentences(plan: "Plan", out: Path, files: int) -> Sequence[str]:
    """What a person wants to know at the end of a run."""
    from shockplan.fingerprint import short
    from shockplan.rules import PLAN_FILE

    about_the_plan = [problem for problem in plan.problems if problem.file == PLAN_FILE]
    return [
        *figure_sentences(plan),
        *(problem_sentence(problem, "en") for problem in about_the_plan),
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
        *beside_sentences(plan),
        tr("cli.problems", {"count": len(plan.problems)}),
    ]


def beside_sentences(plan: "Plan") -> Iterator[str]:
    """What came from beside the registry, where anything did."""
    found, changes = plan.summary, plan.inputs.registry.changes
    if found.field_registered["rows_read"]:
        yield tr("cli.field_registered", found.field_registered)
    if found.earlier_payments["read"]:
        yield tr("cli.earlier_payments", found.earlier_payments)
    if changes is not None:
        yield tr("cli.extract_changes", changes.counts())


def explain_command(plan_file: Path, household: str, language: Language, answer: Answer) -> None:
    from shockplan.explain import explain

    plan = plan_of(plan_file, answer.progress())
    sentences = explain(plan, household, language)
    answer.give({"household": household, "fingerprint": plan.fingerprint, "sentences": list(sentences)})
    for sentence in sentences:
        answer.say(sentence)


def diff_command(
    old_file: Path, new_file: Path, out: Path | None, language: Language, answer: Answer
) -> None:
    """Say what the new plan changes against the old; with a folder, write it household by household."""
    from shockplan.difference import difference
    from shockplan.difference_files import difference_json, difference_sentences, write_difference

    progress = answer.progress()
    old, new = plan_of(old_file, part(progress, 0, 0.5)), plan_of(new_file, part(progress, 0.5, 1))
    found = difference(old, new)
    answer.give(difference_json(old, new, found))
    for sentence in difference_sentences(found, language):
        answer.say(sentence)
    if out is not None:
        answer.give({"outputs": [str(path) for path in write_difference(new, found, out)]})


def compare_command(
    plan_file: Path, methods: Sequence[str], transfers: Sequence[Path], language: Language, answer: Answer
) -> None:
    """The plan under each way to fit (none given: every quick one), and with each other file's transfers."""
    from shockplan.alternatives import QUICK_METHODS, compare_fits, compare_transfers
    from shockplan.planfile_reading import read_plan_file

    others = [(path.name, read_plan_file(path).transfers) for path in transfers]
    progress = answer.progress()
    plan = plan_of(plan_file, part(progress, 0, 0.5))
    found = [
        *compare_fits(plan, methods or QUICK_METHODS, part(progress, 0.5, 0.75)),
        *compare_transfers(plan, others, part(progress, 0.75, 1)),
    ]
    listed = [asdict(one) | {"problems": [problem_json(item) for item in one.problems]} for one in found]
    answer.give({"fingerprint": plan.fingerprint, "alternatives": listed})
    for one in found:
        for problem in one.problems:
            answer.say(f"{one.name}: {problem_sentence(problem, language)}")
        if not one.problems:
            answer.say(tr("cli.compared", asdict(one), language))


def verify_command(files: list[Path], against: Path | None, answer: Answer) -> None:
    from shockplan.verify import verify_files

    results = verify_files(files, against, os.environ.get(PASSPHRASE))
    answer.give({"files": [result.as_json() for result in results]})
    for result in results:
        answer.say(result.sentence("en"))
    if not all(result.unchanged for result in results):
        answer.exit_code = MENDABLE


def doctor_command(answer: Answer) -> None:
    """What the installation stands on; ends with 2 where something must be mended."""
    from shockplan.doctor import examine

    findings = examine()
    answer.give({"findings": [finding.as_json() for finding in findings]})
    for finding in findings:
        answer.say(f"{'ok  ' if finding.ok else 'MEND'} {finding.topic}: {finding.seen}")
        if not finding.ok:
            answer.say(f"     {tr(finding.mend)}")
    if not all(finding.ok for finding in findings):
        answer.exit_code = MENDABLE


def selftest_command(draw_map: "MapDrawer", test_window: Callable[[], str], answer: Answer) -> None:
    from shockplan.selftest import run_selftest

    results = run_selftest(draw_map, test_window)
    answer.give({"steps": [{"step": step, "ok": ok, "seen": seen} for step, ok, seen in results]})
    for step, ok, seen in results:
        answer.say(f"{'ok  ' if ok else 'FAIL'} {step}: {seen}")
    if not all(ok for _, ok, _ in results):
        answer.exit_code = BUG
