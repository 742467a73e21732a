"""Commands about the registry alone: its columns, places, possible duplicates, and problems."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from platformdirs import user_data_path

from shockplan.answer import Answer, answering
from shockplan.commands import inputs_of, language_of, one_of, with_passwords
from shockplan.field_commands import extract_command
from shockplan.texts import Language, Value, tr

if TYPE_CHECKING:
    from shockplan.registry.duplicate_clusters import Cluster
    from shockplan.registry.extract import Column, Extract

PlanFile = Annotated[Path, typer.Argument(help="PLAN.toml or a .shockplan file.", metavar="PLAN")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Speak = Annotated[str, typer.Option("--language", help="en or lo")]
LEVELS = ("error", "warning", "note")
SHOWN_CLUSTERS = 20


def mapping_memory() -> Path:
    """The folder in which this person's column mappings are remembered, by the shape of the headings."""
    return user_data_path("ShockPlan", appauthor=False) / "mappings"


def make_registry_app() -> typer.Typer:
    """`shockplan registry …`."""
    app = typer.Typer(no_args_is_help=True, help="The registry alone: columns, places, duplicates, problems.")

    @app.command()
    def columns(
        file: Annotated[Path, typer.Argument(help="The extract.")],
        sheet: Annotated[str | None, typer.Option(help="Its sheet, layer or repeat.")] = None,
        header_row: Annotated[int | None, typer.Option(help="The spreadsheet row of the headings.")] = None,
        take: Annotated[
            list[str] | None, typer.Option("--take", help="FIELD=HEADING; may be repeated.", metavar="F=H")
        ] = None,
        out: Annotated[Path | None, typer.Option("--out", help="Write the mapping as TOML.")] = None,
        remember: Annotated[
            bool, typer.Option("--remember", help="Keep the mapping for later extracts with these headings.")
        ] = False,
        language: Speak = "en",
        as_json: Json = False,
    ) -> None:
        """What each column of an extract is taken for, with samples and how sure that is."""
        with answering(as_json) as answer:
            said = dict(one.split("=", 1) for one in take or () if "=" in one)
            columns_command(file, sheet, header_row, said, out, remember, language_of(language), answer)

    @app.command()
    def places(
        plan_file: PlanFile,
        out: Annotated[Path | None, typer.Option("--out", help="Write the file to decide in.")] = None,
        language: Speak = "en",
        as_json: Json = False,
    ) -> None:
        """The places that wait for a person, and the decisions so far, as one file for decisions.places."""
        with answering(as_json) as answer:
            places_command(plan_file, out, language_of(language), answer)

    @app.command()
    def duplicates(
        plan_file: PlanFile,
        held: Annotated[bool, typer.Option("--held", help="Only those whose payment waits.")] = False,
        language: Speak = "en",
        as_json: Json = False,
    ) -> None:
        """Households that may stand twice: the score of each group, and what they share."""
        with answering(as_json) as answer:
            duplicates_command(plan_file, held, language_of(language), answer)

    @app.command()
    def changes(
        plan_file: PlanFile,
        new: Annotated[Path | None, typer.Argument(help="A newer extract of the registry.")] = None,
        out: Annotated[Path | None, typer.Option("--out", help="Folder for the list as CSV.")] = None,
        language: Speak = "en",
        as_json: Json = False,
    ) -> None:
        """What a second extract says otherwise than the first: new, gone and changed households."""
        with answering(as_json) as answer:
            extract_command(plan_file, new, out, language_of(language), answer)

    @app.command()
    def problems(
        plan_file: PlanFile,
        out: Annotated[Path | None, typer.Option("--out", help="Write the list as XLSX.")] = None,
        level: Annotated[str | None, typer.Option(help="error, warning or note")] = None,
        code: Annotated[str | None, typer.Option(help="Only this kind, such as registry.bad_number.")] = None,
        column: Annotated[str | None, typer.Option(help="Only this heading.")] = None,
        language: Speak = "en",
        as_json: Json = False,
    ) -> None:
        """The problem list, grouped; as XLSX it can be corrected and named as registry.corrections."""
        with answering(as_json) as answer:
            wanted = one_of(level, "--level", LEVELS) if level else None
            problems_command(plan_file, out, (wanted, code, column), language_of(language), answer)

    return app


def columns_command(
    file: Path,
    sheet: str | None,
    header_row: int | None,
    said: dict[str, str],
    out: Path | None,
    keep: bool,
    language: Language,
    answer: Answer,
) -> None:
    from shockplan.planfile import RegistrySpec
    from shockplan.registry.extract import look_at_extract, with_said
    from shockplan.registry.mapping import mapping_toml, remember

    spec = RegistrySpec(file=file.name, sheet=sheet, header_row=header_row)
    progress = answer.progress()
    extract = with_passwords(lambda known: look_at_extract(file, spec, mapping_memory(), progress, known))
    extract = with_said(extract, said)
    for sentence in column_sentences(extract, language):
        answer.say(sentence)
    answer.give({"rows": extract.rows, "sheets": list(extract.sheets), "missing": list(extract.missing)})
    answer.give({"columns": [column_json(column) for column in extract.columns]})
    answer.give({"mapping": extract.mapping, "of_people": dict(extract.of_people)})
    if out:
        out.write_text(mapping_toml(extract.mapping), encoding="utf-8")
        answer.say(tr("registry.mapping_written", {"file": str(out)}, language))
    if keep:
        remember(mapping_memory(), extract.shape, extract.mapping)
        answer.say(tr("registry.mapping_remembered", {}, language))


def column_sentences(extract: "Extract", language: Language) -> Iterable[str]:
    """One line a column: heading, field, how sure and why, samples."""
    sheets = ", ".join(extract.sheets) or "–"
    yield tr("registry.extract", {"file": extract.file, "rows": extract.rows, "sheets": sheets}, language)
    for column in extract.columns:
        why = tr(f"registry.why_{column.why}", {}, language)
        mark = "*" if column.taken else "?" if column.field else " "
        sure = f"{column.confidence:4.0%}" if column.field else "    "
        samples = " · ".join(sample[:30] for sample in column.samples[:3])
        yield f"{mark} {column.heading[:34]:34} {column.field or '–':20} {sure} {why:12} {samples}"
    yield tr("registry.columns_legend", {}, language)
    if extract.missing:
        yield tr("registry.columns_missing", {"fields": extract.missing}, language)
    if extract.of_people:
        yield tr("registry.columns_of_people", {"fields": tuple(extract.of_people)}, language)


def column_json(column: "Column") -> dict[str, object]:
    """A column as JSON; its samples may be personal and stay out."""
    return {
        "heading": column.heading,
        "field": column.field,
        "confidence": column.confidence,
        "why": column.why,
        "taken": column.taken,
        "filled": column.filled,
    }


def places_command(plan_file: Path, out: Path | None, language: Language, answer: Answer) -> None:
    from shockplan.registry.place_questions import places_file

    inputs = inputs_of(plan_file, answer.progress())
    registry = inputs.registry
    districts, villages = registry.district_proposals, registry.village_proposals
    asked = [one for one in villages if one.candidates]
    waiting = sum(len(one.rows) for one in districts)
    figures = {"districts": len(districts), "rows": waiting, "villages": len(asked)}
    answer.say(tr("places.waiting", figures, language))
    for one in districts[:SHOWN_CLUSTERS]:
        names = tuple(f"{found.pcode} ({found.score:.0f})" for found in one.candidates) or ("–",)
        shown: dict[str, Value] = {"text": one.text, "rows": len(one.rows), "candidates": names}
        answer.say("  " + tr("places.waiting_line", shown, language))
    answer.give(figures)
    if out:
        out.write_text(places_file(inputs, language), encoding="utf-8")
        answer.say(tr("places.waiting_written", {"file": str(out)}, language))


def duplicates_command(plan_file: Path, held: bool, language: Language, answer: Answer) -> None:
    from shockplan.registry.duplicate_clusters import duplicate_clusters

    inputs = inputs_of(plan_file, answer.progress())
    found = duplicate_clusters(inputs.registry, inputs.decisions.duplicates)
    open_held = sum(cluster.held and cluster.open for cluster in found)
    noted = sum(not cluster.held and cluster.open for cluster in found)
    settled = len(found) - open_held - noted
    answer.say(tr("registry.clusters", {"held": open_held, "noted": noted, "settled": settled}, language))
    answer.give({"held": open_held, "noted": noted, "settled": settled})
    wanted = [cluster for cluster in found if cluster.open and (cluster.held or not held)]
    for cluster in wanted[:SHOWN_CLUSTERS]:
        answer.say("  " + cluster_sentence(cluster, language))
    if len(wanted) > SHOWN_CLUSTERS:
        answer.say(tr("registry.clusters_more", {"count": len(wanted) - SHOWN_CLUSTERS}, language))
    answer.give({"clusters": [cluster_json(cluster) for cluster in wanted]})


def cluster_sentence(cluster: "Cluster", language: Language) -> str:
    reasons = tuple(tr(f"registry.same_{reason}", {}, language) for reason in cluster.reasons)
    members = tuple(f"{one.household_id} ({one.source_row})" for one in cluster.members)
    code = "registry.cluster_held" if cluster.held else "registry.cluster_noted"
    return tr(code, {"score": cluster.score, "reasons": reasons, "members": members}, language)


def cluster_json(cluster: "Cluster") -> dict[str, object]:
    """A cluster as JSON, without names."""
    return {
        "number": cluster.number,
        "held": cluster.held,
        "score": cluster.score,
        "reasons": list(cluster.reasons),
        "households": [one.household_id for one in cluster.members],
        "rows": [one.source_row for one in cluster.members],
    }


def problems_command(
    plan_file: Path,
    out: Path | None,
    wanted: tuple[str | None, str | None, str | None],
    language: Language,
    answer: Answer,
) -> None:
    from shockplan.registry.problem_list import chosen, groups_of, write_problem_list

    progress = answer.progress()
    inputs = inputs_of(plan_file, progress)
    level, code, column = wanted
    found = chosen(inputs.problems, level, code, column=column)
    groups = groups_of(found, language)
    for group in groups:
        worst = tr(f"problems.{group.level}", {}, language)
        where = " · ".join(text for text in (group.file, group.column) if text)
        answer.say(f"{group.count:>8,}  {worst:9} {where}: {group.what}")
    registry = inputs.registry
    counts = {
        "read": registry.rows_read,
        "taken": len(registry.households),
        "rejected": len(registry.rejected),
    }
    answer.say(tr("registry.counts", counts, language))
    answer.give(counts)
    answer.give({"groups": [{"code": one.code, "level": one.level, "count": one.count} for one in groups]})
    if out:
        lines = write_problem_list(out, found, language)
        answer.say(tr("problems.written", {"count": lines, "file": str(out)}, language))
