"""Commands about plans in one file: log, versions, totals, parts, merging, passphrase, purge, salvage."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shockplan.answer import MENDABLE, Answer, answering
from shockplan.commands import (
    PASSPHRASE,
    given_or_asked,
    key_passphrase,
    new_passphrase,
    one_of,
    passphrase_of,
    who,
    with_passwords,
)
from shockplan.problems import InputError, Problem
from shockplan.texts import Value, show_number, tr
from shockplan.workspace.sealing import RECOVERY_VARIABLE

if TYPE_CHECKING:
    import pandas as pd

    from shockplan.workspace.plans import Seal

SIDES = ("ours", "theirs")
NEW_PASSPHRASE = "SHOCKPLAN_NEW_PASSPHRASE"
RECOVERY = RECOVERY_VARIABLE

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
PlanFile = Annotated[Path, typer.Argument(help="PLAN.toml or a .shockplan file.", metavar="PLAN")]
File = Annotated[Path, typer.Argument(help="A .shockplan file.", metavar="FILE")]
To = Annotated[Path, typer.Option("--to", help="The .shockplan file to make.")]
Encrypt = Annotated[bool, typer.Option("--encrypt", help=f"With {PASSPHRASE}, or asked.")]


def add_workspace_commands(app: typer.Typer) -> None:
    """The commands, in the order of a plan's life."""

    @app.command()
    def log(plan_file: PlanFile, as_json: Json = False) -> None:
        """Who changed what, when, from what to what."""
        with answering(as_json) as answer:
            log_command(plan_file, answer)

    @app.command()
    def versions(file: File, as_json: Json = False) -> None:
        """The approved versions and the scenarios that a file holds."""
        with answering(as_json) as answer:
            versions_command(file, answer)

    @app.command()
    def totals(
        plan_file: PlanFile,
        to: Annotated[Path | None, typer.Option("--to", help="Write them as a file without persons.")] = None,
        encrypt: Encrypt = False,
        as_json: Json = False,
    ) -> None:
        """Totals by district; with --to a .shockplan file for the ministry, without any person."""
        with answering(as_json) as answer:
            totals_command(plan_file, to, encrypt, answer)

    @app.command()
    def subset(
        plan_file: PlanFile,
        district: Annotated[list[str], typer.Option("--district", help="P-code; may be repeated.")],
        to: To,
        encrypt: Encrypt = False,
        as_json: Json = False,
    ) -> None:
        """One district's part of a plan as a file of its own."""
        with answering(as_json) as answer:
            subset_command(plan_file, district, to, encrypt, answer)

    @app.command()
    def merge(
        file: Annotated[Path, typer.Argument(help="The whole plan, a .shockplan file.", metavar="FILE")],
        parts: Annotated[list[Path], typer.Argument(help="The districts' files.", metavar="PART…")],
        conflicts: Annotated[
            Path | None, typer.Option("--conflicts", help="Write the conflicts as a table to decide in.")
        ] = None,
        settled: Annotated[Path | None, typer.Option("--settled", help="That table, decided.")] = None,
        take: Annotated[str | None, typer.Option("--take", help="ours or theirs, for all others.")] = None,
        as_json: Json = False,
    ) -> None:
        """Bring what districts decided back into the whole plan; conflicts are shown and change nothing."""
        with answering(as_json) as answer:
            merge_command(file, parts, conflicts, settled, take, answer)

    @app.command()
    def passphrase(
        file: File,
        none: Annotated[bool, typer.Option("--none", help="Take the passphrase away.")] = False,
        recovery: Annotated[
            str, typer.Option("--recovery", help="Public half of the ministry's recovery key.")
        ] = "",
        recovery_key: Annotated[
            Path | None, typer.Option("--recovery-key", help="Open with this recovery key file instead.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Change a file's passphrase; nothing is imported again."""
        with answering(as_json) as answer:
            passphrase_command(file, none, recovery, recovery_key, answer)

    @app.command(name="recovery-key")
    def make_recovery_key(
        key: Annotated[Path, typer.Option("--key", help="The key file to make.")], as_json: Json = False
    ) -> None:
        """Make the ministry's recovery key, sealed with a passphrase of its own."""
        with answering(as_json) as answer:
            recovery_key_command(key, answer)

    @app.command()
    def purge(
        file: File,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        as_json: Json = False,
    ) -> None:
        """Take the persons out of a file; totals, signatures and the audit log stay."""
        with answering(as_json) as answer:
            purge_command(file, yes, answer)

    @app.command()
    def salvage(
        file: File,
        to: Annotated[Path, typer.Option("--to", help="Folder for what is whole.")],
        as_json: Json = False,
    ) -> None:
        """Take what is whole out of a damaged file, and say what is not."""
        with answering(as_json) as answer:
            salvage_command(file, to, answer)


def seal_of(encrypt: bool) -> "Seal":
    from shockplan.workspace.plans import Seal

    return Seal(new_passphrase(), recovery_public("")) if encrypt else Seal()


def save_command(plan_file: Path, to: Path, encrypt: bool, answer: Answer) -> None:
    from shockplan.workspace import is_workspace, save_plan
    from shockplan.workspace.opened import open_plan
    from shockplan.workspace.plans import save_document

    seal = seal_of(encrypt)
    if is_workspace(plan_file):
        with closing(open_plan(plan_file, passphrase_of(plan_file), who(), write=False)) as opened:
            workspace, document = opened.workspace, opened.document()
            assert workspace is not None
            workspace.require_persons()
            folder, approvals = workspace.folder(document.spec), workspace.approvals()
            save_document(document, folder, to, seal, who(), opened.entries(), approvals)
    else:
        save_plan(plan_file, to, seal.passphrase, seal.recovery, who())
    answer.give({"workspace": str(to), "encrypted": encrypt})
    answer.say(tr("cli.saved_encrypted" if encrypt else "cli.saved_plain", {"file": str(to)}))


def recovery_public(given: str) -> str:
    """The public half of the recovery key: given, else from the environment. Raises InputError."""
    from shockplan.workspace.sealing import is_public_key

    text = given or os.environ.get(RECOVERY, "")
    if text and not is_public_key(text):
        raise InputError(Problem("cli.no_recovery_key", args={"given": text[:70]}))
    return text


def log_command(plan_file: Path, answer: Answer) -> None:
    from dataclasses import asdict

    from shockplan.audit import faults_of, standing_of
    from shockplan.workspace.opened import open_plan

    with closing(open_plan(plan_file, passphrase_of(plan_file), write=False)) as opened:
        entries = opened.entries()
    standing, faults = standing_of(entries), list(faults_of(entries))
    answer.give({"entries": [asdict(entry) for entry in entries], "whole": not faults})
    answer.give({"head": standing.head if standing else "", "version": standing.version if standing else 1})
    for entry in entries:
        what = tr(f"audit.{entry.what}")
        changed = f" {entry.place}: {entry.before or '–'} → {entry.after or '–'}" if entry.place else ""
        answer.say(f"{entry.number:>5}  {entry.at[:19]}  {entry.who}: {what}{changed}")
    if standing is None:
        answer.say(tr("cli.no_log"))
    else:
        answer.say(tr("cli.log_head", {"entries": standing.entries, "head": standing.head}))
    if faults:
        answer.say(tr("cli.log_broken", {"entries": ", ".join(str(number) for _, number in faults)}))
        answer.exit_code = MENDABLE


def versions_command(file: Path, answer: Answer) -> None:
    from shockplan.fingerprint import short
    from shockplan.workspace import open_workspace

    with closing(open_workspace(file, passphrase_of(file))) as workspace:
        found = {kind: workspace.named(kind) for kind in ("version", "scenario")}
    for kind, rows in found.items():
        answer.give({f"{kind}s": [{"name": name, "fingerprint": mark} for name, mark, _ in rows]})
        for name, mark, _ in rows:
            answer.say(tr(f"cli.{kind}", {"name": name, "fingerprint": short(mark) if mark else "–"}))
    if not any(found.values()):
        answer.say(tr("cli.no_versions"))


def totals_command(plan_file: Path, to: Path | None, encrypt: bool, answer: Answer) -> None:
    from shockplan.workspace import is_workspace, open_workspace
    from shockplan.workspace.opened import open_plan, planned
    from shockplan.workspace.totals import read_totals, save_totals, totals_of

    secret = passphrase_of(plan_file)
    if to is None and is_workspace(plan_file):
        with closing(open_workspace(plan_file, secret)) as workspace:
            summary, tables = read_totals(workspace)
        if tables:
            say_totals(summary, tables, answer)
            return
    with closing(open_plan(plan_file, secret, who())) as opened:
        progress = answer.progress()
        plan = with_passwords(lambda known: planned(opened, progress, known))
        if to is not None:
            save_totals(plan, opened, to, seal_of(encrypt), who())
            answer.give({"workspace": str(to), "encrypted": encrypt})
            answer.say(tr("cli.totals_written", {"file": str(to)}))
    say_totals(plan.summary.as_json(), totals_of(plan), answer)


def say_totals(summary: "Mapping[str, Any]", tables: "Mapping[str, pd.DataFrame]", answer: Answer) -> None:
    answer.give({"summary": dict(summary)})
    answer.give({name: table.to_dict(orient="records") for name, table in tables.items()})
    for row in tables["districts"].to_dict(orient="records"):
        figures: dict[str, Value] = {
            "district": str(row["district"]),
            "households": int(row["households"]),
            "funded": int(row["funded"]),
            "people": int(row["people_funded"]),
            "kip": show_number(int(row["paid_kip"])),
        }
        answer.say(tr("cli.totals_line", figures))


def subset_command(plan_file: Path, districts: list[str], to: Path, encrypt: bool, answer: Answer) -> None:
    from shockplan.workspace.districts import save_district
    from shockplan.workspace.opened import open_plan

    with closing(open_plan(plan_file, passphrase_of(plan_file), who(), write=False)) as opened:
        progress, document = answer.progress(), opened.document()
        inputs = with_passwords(lambda known: opened.gather(document, None, progress, known))
        count = save_district(opened, inputs, districts, to, seal_of(encrypt), who())
    answer.give({"workspace": str(to), "households": count, "districts": districts, "encrypted": encrypt})
    answer.say(tr("cli.subset_written", {"file": str(to), "households": count}))
    answer.say(tr("cli.saved_encrypted" if encrypt else "cli.saved_plain", {"file": str(to)}))


def merge_command(
    file: Path,
    parts: list[Path],
    conflicts: Path | None,
    settled: Path | None,
    take: str | None,
    answer: Answer,
) -> None:
    from dataclasses import asdict

    from shockplan.document_files import write_whole
    from shockplan.workspace import open_workspace
    from shockplan.workspace.merging import Take, conflicts_csv, merge, part_state, read_settled

    side: Take | None = None
    if take is not None:
        side = "ours" if one_of(take, "--take", SIDES) == "ours" else "theirs"
    states = []
    for part in parts:
        with closing(open_workspace(part, passphrase_of(part))) as opened:
            states.append(part_state(opened))
    with closing(open_workspace(file, passphrase_of(file), write=True, who=who())) as workspace:
        workspace.require_writable()
        found = merge(workspace.document(), states, read_settled(settled) if settled else {}, side)
        answer.give({"taken": dict(found.taken), "conflicts": [asdict(one) for one in found.conflicts]})
        for name, count in found.taken.items():
            answer.say(tr("cli.merge_taken", {"file": name, "count": count}))
        for name, changed in found.not_taken.items():
            places = ", ".join(one.place for one in changed)
            answer.say(tr("cli.merge_parameters", {"file": name, "places": places}))
        for one in found.conflicts:
            answer.say(tr("cli.merge_conflict", {**asdict(one), "key": " / ".join(one.key)}))
        if conflicts is not None and found.conflicts:
            write_whole(conflicts, conflicts_csv(found.conflicts))
        if found.conflicts:
            answer.say(tr("cli.merge_open", {"count": len(found.conflicts)}))
            answer.exit_code = MENDABLE
            return
        workspace.keep(found.document, "merged")
    answer.say(tr("cli.merged", {"file": str(file)}))


def passphrase_command(
    file: Path, none: bool, recovery: str, recovery_key: Path | None, answer: Answer
) -> None:
    from shockplan.workspace import open_workspace
    from shockplan.workspace.plans import Seal, change_passphrase
    from shockplan.workspace.sealing import open_recovery_key

    if recovery_key is not None:
        key = open_recovery_key(recovery_key, key_passphrase(confirm=False))
        workspace = open_workspace(file, None, write=True, who=who(), recovery=key)
    else:
        workspace = open_workspace(file, passphrase_of(file), write=True, who=who())
    with closing(workspace):
        workspace.require_writable()
        given = None if none else given_or_asked(NEW_PASSPHRASE, confirm=True)
        if not none and not given:
            raise InputError(Problem("cli.no_passphrase"))
        public = recovery_public(recovery) or (
            workspace.store.head.recoverable_by if workspace.store.head else ""
        )
        workspace.note("sealed", "", "", "none" if none else "passphrase")
        change_passphrase(file, workspace, Seal(given or "", "" if none else public))
    answer.give({"workspace": str(file), "encrypted": not none})
    answer.say(tr("cli.saved_plain" if none else "cli.resealed", {"file": str(file)}))


def recovery_key_command(key: Path, answer: Answer) -> None:
    from shockplan.workspace.sealing import new_recovery_key

    made = new_recovery_key(key, key_passphrase(confirm=True))
    answer.give({"public_key": made.public_key, "key_file": str(key)})
    answer.say(tr("cli.recovery_key", {"file": str(key), "variable": RECOVERY}))
    answer.say(f"\n{RECOVERY}={made.public_key}")


def purge_command(file: Path, yes: bool, answer: Answer) -> None:
    from shockplan.workspace import open_workspace
    from shockplan.workspace.opened import OpenedWorkspace, planned
    from shockplan.workspace.purging import purge

    with closing(open_workspace(file, passphrase_of(file), write=True, who=who())) as workspace:
        workspace.require_writable()
        workspace.require_persons()
        if not yes and not typer.confirm(tr("cli.purge_sure", {"file": str(file)}), err=True):
            answer.exit_code = MENDABLE
            return
        plan = planned(OpenedWorkspace(workspace), answer.progress())
        gone = purge(plan, workspace)
    answer.give({"workspace": str(file), "fingerprint": plan.fingerprint, "recoveries": len(gone)})
    answer.say(tr("cli.purged", {"file": str(file)}))


def salvage_command(file: Path, to: Path, answer: Answer) -> None:
    from shockplan.workspace.salvage import salvage

    found = salvage(file, to, passphrase_of(file))
    answer.give({"state": found.state, "whole": list(found.whole), "lost": list(found.lost)})
    answer.give({"entries": len(found.entries), "entries_lost": found.entries_lost})
    answer.say(tr(f"cli.salvaged.{found.state or 'none'}", {"folder": str(to)}))
    for name in found.whole:
        answer.say(tr("cli.salvage_whole", {"file": name}))
    for name in found.lost:
        answer.say(tr("cli.salvage_lost", {"file": name}))
    answer.say(tr("cli.salvage_log", {"entries": len(found.entries)}))
    if found.entries_lost:
        answer.say(tr("cli.salvage_log_lost"))
    if found.lost or found.state != "now" or found.entries_lost:
        answer.exit_code = MENDABLE
