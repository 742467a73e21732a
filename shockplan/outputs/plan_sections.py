"""The sections of the plan PDF in their order; situation, findings, provenance and approval here."""

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from shockplan import __version__
from shockplan.area_results import class_matrix
from shockplan.outputs.drawing import MapDrawer
from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.lao_text import draw_text
from shockplan.outputs.observed import observed_share
from shockplan.outputs.paper import rules
from shockplan.outputs.plan_assumptions import assumptions
from shockplan.outputs.plan_delivery import delivery
from shockplan.outputs.plan_money import money
from shockplan.outputs.plan_teller import Teller
from shockplan.outputs.plan_where import where
from shockplan.outputs.plan_who import ANSWERS, who
from shockplan.outputs.tags import artifact, marked
from shockplan.problems import Problem
from shockplan.rule_sentences import word
from shockplan.shocks.layer import HazardLayer, Layer
from shockplan.texts import Language, problem_args, show_number, show_value, tr

SECTIONS = (
    "situation", "who", "money", "where", "delivery", "assumptions", "problems", "provenance", "approval",
)  # fmt: skip

ROOM_TO_BEGIN = 170.0  # a section's heading stands with what follows it, points
MOST_PAIRS = 3
ROOM_TO_SIGN = 215.0
TO_SIGN = ("name", "position", "signature", "date")


def section_titles(teller: Teller) -> tuple[str, ...]:
    return tuple(teller.text(f"planpdf.section.{section}") for section in SECTIONS)


def draw_sections(flow: Flow, teller: Teller, draw_map: MapDrawer | None) -> None:
    """Every section in the order of SECTIONS. Without `draw_map` the map's place stays empty."""

    def deliver(flow: Flow, teller: Teller) -> None:
        delivery(flow, teller, draw_map)

    drawers = (situation, who, money, where, deliver, assumptions, problems, provenance, approval)
    for title, draw in zip(section_titles(teller), drawers, strict=True):
        flow.heading(title, 0, ROOM_TO_SIGN if draw is approval else ROOM_TO_BEGIN)
        draw(flow, teller)


def situation(flow: Flow, teller: Teller) -> None:
    """The layers: what they are, where they come from, and whom they hit."""
    text, plan = teller.text, teller.plan
    flow.facts(((text("list.event"), teller.event_name), (text("list.date"), teller.date)))
    names = {spec.id: teller.name(spec) for spec in plan.inputs.spec.layers}
    for layer in plan.inputs.layers:
        flow.heading(names.get(layer.id, layer.name), 1, 60)
        flow.facts(
            (
                (text("planpdf.source"), layer.source_note or text("planpdf.not_stated")),
                (
                    text("planpdf.layer_date"),
                    show_value(layer.date) if layer.date else text("planpdf.not_stated"),
                ),
                (
                    text("planpdf.defines"),
                    text("planpdf.yes" if layer.defines_affected else "planpdf.no_severity"),
                ),
                *_observed(teller, layer),
                *_update(teller, layer),
            )
        )
    columns = [TableColumn(text("planpdf.layer"), 0.32)]
    columns += [TableColumn(text(f"planpdf.answer.{answer}"), 0.17, "right") for answer in ANSWERS]
    by_layer = plan.summary.affected_by_layer
    rows = [
        [names.get(layer, layer), *(show_number(counts[answer]) for answer in ANSWERS)]
        for layer, counts in by_layer.items()
    ]
    together = [
        text("planpdf.affected_together"),
        *(show_number(plan.summary.affected[answer]) for answer in ANSWERS),
    ]
    flow.table(columns, rows, together)
    _matrices(flow, teller, names)


def _matrices(flow: Flow, teller: Teller, names: dict[str, str]) -> None:
    """Households by class of one layer (rows) and of another (columns), for the first pairs of layers."""
    pairs = list(combinations(teller.plan.exposure.layers, 2))[:MOST_PAIRS]
    for first, second in pairs:
        cells = class_matrix(first, second)
        title = teller.text(
            "planpdf.matrix", first=names.get(first.layer_id, ""), second=names.get(second.layer_id, "")
        )
        flow.heading(title, 1, 110)
        heads = [word(name, teller.language) for name in cells.columns]
        columns = [TableColumn("", 0.2)]
        columns += [TableColumn(head, 0.13, "right") for head in (*heads, teller.text("planpdf.together"))]
        rows = [
            [word(str(name), teller.language), *(show_number(int(count)) for count in (*row, row.sum()))]
            for name, row in zip(cells.index, cells.to_numpy(), strict=True)
        ]
        sums = [show_number(int(count)) for count in (*cells.sum(), cells.to_numpy().sum())]
        flow.table(columns, rows, [teller.text("planpdf.together"), *sums])


def _update(teller: Teller, layer: Layer) -> tuple[tuple[str, str], ...]:
    """What a newer satellite pass changed for the households."""
    counts = teller.plan.summary.layer_changes.get(layer.id)
    if counts is None:
        return ()
    return ((teller.text("planpdf.update"), teller.text("planpdf.update_counts", **counts)),)


def _observed(teller: Teller, layer: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(layer, HazardLayer):
        return ()
    count, text = layer.features, teller.text
    share = observed_share(teller.plan, layer)
    stated = text("planpdf.observed_not_stated")
    if share is not None:
        stated = text("planpdf.observed_share", percent=round(100 * share, 1))
    elif layer.observed is not None:
        stated = text("planpdf.observed_stated")
    features = text(
        "planpdf.features_read", read=count.read, used=count.used, repaired=count.repaired,
        refused=count.refused, left_out=count.left_out,
    )  # fmt: skip
    return (text("planpdf.observed"), stated), (text("planpdf.features"), features)


def problems(flow: Flow, teller: Teller) -> None:
    """What was found in the inputs, without anybody's particulars."""
    text = teller.text
    found = teller.plan.problems
    if not found:
        flow.text(text("planpdf.no_problems"))
        return
    columns = (
        TableColumn(text("planpdf.file"), 0.22),
        TableColumn(text("planpdf.column"), 0.18),
        TableColumn(text("planpdf.finding"), 0.5),
        TableColumn(text("planpdf.rows"), 0.1, "right"),
    )
    flow.table(
        columns,
        [
            [
                item.file,
                item.column or "",
                finding(item, teller.language),
                show_number(max(1, len(item.rows))),
            ]
            for item in found
        ],
    )


def finding(problem: Problem, language: Language) -> str:
    """The sentence of a problem with the person's own value left out."""
    return tr(problem.code, problem_args(problem, "…", language), language)


def provenance(flow: Flow, teller: Teller) -> None:
    """Everything this plan is a function of."""
    text, plan = teller.text, teller.plan
    flow.facts(
        (
            (text("planpdf.fingerprint"), plan.fingerprint),
            *audit_facts(teller),
            (text("planpdf.program"), f"ShockPlan {__version__}"),
            (text("planpdf.boundaries"), plan.inputs.boundaries.source),
            (text("planpdf.gazetteer"), plan.inputs.gazetteer.source),
        ),
        0.22,
    )
    if plan.inputs.boundaries.schematic:
        flow.text(text("planpdf.schematic"))
    registry = plan.inputs.registry
    if plan.inputs.spec.villages:
        placed = sum(count for _, count in registry.point_sources)
        flow.text(text("planpdf.village_points", placed=placed, all=len(registry.villages)))
        for source, count in registry.point_sources:
            flow.text(f"{source or text('planpdf.not_stated')}: {show_number(count)}")
    columns = (
        TableColumn(text("planpdf.file"), 0.24),
        TableColumn(text("planpdf.bytes"), 0.14, "right"),
        TableColumn("SHA-256", 0.62),
    )
    flow.table(
        columns,
        [[item.name, show_number(item.size), item.sha256] for item in dict.fromkeys(plan.inputs.sources)],
    )


def audit_facts(teller: Teller) -> Iterator[tuple[str, str]]:
    """Where the log of changes stands: its head is what a later log must still contain."""
    text, audit = teller.text, teller.plan.audit
    if audit is None:
        yield text("planpdf.audit_head"), text("planpdf.no_audit")
        return
    yield text("planpdf.audit_head"), audit.head
    standing = text("planpdf.audit_standing", entries=audit.entries, version=audit.version)
    yield text("planpdf.audit_entries"), standing


def approval(flow: Flow, teller: Teller) -> None:
    """Three persons sign for one fingerprint; who signed with a key is named, with the key."""
    text, plan = teller.text, teller.plan
    flow.need(200)
    flow.text(text("planpdf.approve", fingerprint=plan.fingerprint))
    for one in plan.approvals:
        day = dt.date.fromisoformat(one.signed_on)
        flow.text(text("planpdf.signed_with_key", name=one.approver, day=day, key=one.public_key))
    needed = plan.inputs.spec.approval.needed
    if not plan.approved:
        flow.text(text("planpdf.signatures_missing", signed=len(plan.approvals), needed=needed))
    width = flow.box.width / 3
    flow.space(6)
    for index, code in enumerate(("prepared", "checked", "approved")):
        x = flow.box.x + index * width
        lines = [(line, flow.top - 44 - line * 30) for line in range(len(TO_SIGN))]
        with marked(flow.canvas, "P"):
            draw_text(flow.canvas, x, flow.top - 10, text(f"planpdf.{code}"), 9.5, True)
            for line, y in lines:
                draw_text(flow.canvas, x, y - 9, text(f"planpdf.sign_{TO_SIGN[line]}"), 7)
        with artifact(flow.canvas):
            rules(flow.canvas, [(x, y, x + width - 14, y) for _, y in lines], 0.5)
    flow.space(150)
