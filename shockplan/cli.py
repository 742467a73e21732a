"""The command line: the whole job without a window.

Exit codes: 0 done; 2 the user can mend it (the problems are listed on stderr); 1 our bug.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shockplan import __version__
from shockplan.answer import answering
from shockplan.commands import (
    PASSPHRASE,
    approve_command,
    approver_command,
    compare_command,
    day_of,
    demo_command,
    diff_command,
    doctor_command,
    explain_command,
    export_command,
    language_of,
    one_of,
    pack_command,
    plan_of,
    run_command,
    selftest_command,
    verify_command,
)
from shockplan.field_commands import form_command
from shockplan.layer_commands import LookChoice, look_command
from shockplan.progress import Progress, part
from shockplan.registry_commands import make_registry_app
from shockplan.shocks.profiles import profiles_folder
from shockplan.texts import Language, tr
from shockplan.workspace_commands import add_workspace_commands, save_command

if TYPE_CHECKING:
    from shockplan.outputs.drawing import MapDrawer
    from shockplan.plan import Plan

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
PlanFile = Annotated[Path, typer.Argument(help="PLAN.toml or a .shockplan file.", metavar="PLAN")]
FITS = ("rank_and_stop", "rank_and_skip", "scale", "tier", "quota", "most_people", "poverty_gap")
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

    @app.command(name="open")
    def open_(
        plan_file: Annotated[Path | None, typer.Argument(help="PLAN.toml or a .shockplan file.")] = None,
    ) -> None:
        """Open the window on a plan, as a double click on a .shockplan file does."""
        raise typer.Exit(outside.open_window(plan_file))

    @app.command()
    def doctor(as_json: Json = False) -> None:
        """What this installation stands on: versions, fonts, map data, disk, memory."""
        with answering(as_json) as answer:
            doctor_command(answer)

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
    def look(
        file: Annotated[Path, typer.Argument(help="A hazard map, raster or table of indicators.")],
        layer: Annotated[str | None, typer.Option(help="The table meant, where there are several.")] = None,
        field: Annotated[str | None, typer.Option(help="The field that gives the class.")] = None,
        save: Annotated[Path | None, typer.Option("--save", help="Write the proposal as a profile.")] = None,
        keep: Annotated[str | None, typer.Option("--keep", help="Keep it under this name.")] = None,
        profiles: Annotated[Path | None, typer.Option(help="Folder of kept profiles.")] = None,
        as_json: Json = False,
    ) -> None:
        """What a shock layer's file holds, and the classes proposed for it."""
        with answering(as_json) as answer:
            choice = LookChoice(layer, field, save, keep, profiles or profiles_folder())
            look_command(file, choice, answer)

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
    def diff(
        old: Annotated[Path, typer.Argument(help="The plan as it was.", metavar="PLAN_A")],
        new: Annotated[Path, typer.Argument(help="The plan as it is.", metavar="PLAN_B")],
        out: Annotated[Path | None, typer.Option("--out", help="Folder for the lists as CSV.")] = None,
        language: Annotated[str, typer.Option(help="en or lo")] = "en",
        as_json: Json = False,
    ) -> None:
        """Who is added or removed, whose amount changes, by village and fund."""
        with answering(as_json) as answer:
            diff_command(old, new, out, language_of(language), answer)

    @app.command()
    def form(
        plan_file: Annotated[Path | None, typer.Argument(help="For its villages.", metavar="PLAN")] = None,
        out: Annotated[Path, typer.Option("--out", help="Folder for the forms.")] = Path(),
        village: Annotated[list[str] | None, typer.Option(help="Village code; may be repeated.")] = None,
        district: Annotated[list[str] | None, typer.Option(help="P-code: a form for each village.")] = None,
        rows: Annotated[int, typer.Option(help="Households on a form.")] = 14,
        day: Annotated[str | None, typer.Option(help="Day in the row numbers, YYYY-MM-DD.")] = None,
        as_json: Json = False,
    ) -> None:
        """Print the blank village assessment form (PDF and XLSX), to be read back as [[assessments]]."""
        with answering(as_json) as answer:
            form_command(plan_file, out, village or (), district or (), rows, day_of(day), answer)

    @app.command()
    def compare(
        plan_file: PlanFile,
        fit: Annotated[list[str] | None, typer.Option("--fit", help="A way to fit; may be repeated.")] = None,
        transfers: Annotated[
            list[Path] | None, typer.Option("--transfers", help="Another PLAN.toml with its transfers.")
        ] = None,
        language: Annotated[str, typer.Option(help="en or lo")] = "en",
        as_json: Json = False,
    ) -> None:
        """Other ways to fit and to give, compared on the same list."""
        with answering(as_json) as answer:
            methods = tuple(one_of(each, "--fit", FITS) for each in fit or ())
            compare_command(plan_file, methods, transfers or (), language_of(language), answer)

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
    def pack(
        outputs: Annotated[Path, typer.Argument(help="Folder that `run` wrote.", metavar="OUT")],
        to: Annotated[Path, typer.Option("--to", help="Folder for a ZIP of each district.")],
        seal: Annotated[bool, typer.Option("--seal", help=f"AES-256, with {PASSPHRASE}, or asked.")] = False,
        as_json: Json = False,
    ) -> None:
        """Pack the lists of each district into one ZIP for its team, sealed if wished."""
        with answering(as_json) as answer:
            pack_command(outputs, to, seal, answer)

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

    app.add_typer(make_registry_app(), name="registry")
    add_workspace_commands(app)

    @app.command()
    def selftest(as_json: Json = False) -> None:
        """Check that this installation can do the whole job."""
        with answering(as_json) as answer:
            selftest_command(outside.draw_map(), outside.test_window, answer)

    return app
