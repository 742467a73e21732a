"""Who: the rule in words, sums that close, the score, and whom the money reaches."""

from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.plan_beside import overlap, referred
from shockplan.outputs.plan_charts import stacked_bars
from shockplan.outputs.plan_equity import equity
from shockplan.outputs.plan_field import beside_registry
from shockplan.outputs.plan_teller import Teller, field_name
from shockplan.rule_sentences import comparison_sentence, rule_sentence
from shockplan.texts import show_number

ANSWERS = ("certain", "possible", "unknown", "no")


def who(flow: Flow, teller: Teller) -> None:
    """The rule in words, rows read to households funded in sums that close, and whom that reaches."""
    text, spec = teller.text, teller.plan.inputs.spec
    flow.heading(text("planpdf.rule"), 1, 120)
    flow.text(rule_sentence(spec.eligibility.rule, teller.language))
    _leaves(flow, teller)
    _counts(flow, teller)
    beside_registry(flow, teller)
    _score(flow, teller)
    equity(flow, teller)
    overlap(flow, teller)
    referred(flow, teller)


def _leaves(flow: Flow, teller: Teller) -> None:
    """How many households meet each condition of the rule."""
    text = teller.text
    columns = [TableColumn(text("planpdf.condition"), 0.52)]
    columns += [TableColumn(text(f"planpdf.leaf.{name}"), 0.16, "right") for name in ("yes", "no", "unknown")]
    rows = [
        [
            comparison_sentence(leaf.condition, teller.language) if leaf.condition else leaf.field,
            *(show_number(count) for count in (leaf.yes, leaf.no, leaf.unknown)),
        ]
        for leaf in teller.plan.targeting.leaves
    ]
    flow.table(columns, rows)


def _counts(flow: Flow, teller: Teller) -> None:
    """Three sums and their bars: affected, decided, paid."""
    found, text = teller.plan.summary, teller.text
    columns = [TableColumn(text("planpdf.count"), 0.7), TableColumn(text("planpdf.households"), 0.3, "right")]
    affected = [(f"affected_{name}", found.affected[name]) for name in ANSWERS]
    decided = [("eligible", found.eligible), ("verify", found.verify), ("not_eligible", found.not_eligible)]
    paid = [("funded", found.funded), ("waiting", found.waiting), ("cut", found.cut)]
    rejected, whole = ("rejected", found.rejected), ("read", found.households_read)
    for parts, together in (
        ([rejected, *affected], whole),
        ([rejected, *decided], whole),
        (paid, ("eligible", found.eligible)),
    ):
        rows = [[text(f"planpdf.{name}"), show_number(count)] for name, count in parts]
        flow.table(columns, rows, [text(f"planpdf.{together[0]}"), show_number(together[1])])
    for parts, label in ((affected, "planpdf.used"), (decided, "planpdf.used"), (paid, "planpdf.eligible")):
        legend = [text(f"planpdf.{name}") for name, _ in parts]
        stacked_bars(flow, legend, [(text(label), [count for _, count in parts])])


def _score(flow: Flow, teller: Teller) -> None:
    indicators, text = teller.plan.inputs.spec.score.indicators, teller.text
    flow.heading(text("planpdf.score"), 1, 40)
    if not indicators:
        flow.text(text("planpdf.no_score"))
        return
    columns = (
        TableColumn(text("planpdf.indicator"), 0.4),
        TableColumn(text("planpdf.weight"), 0.2, "right"),
        TableColumn(text("planpdf.when_blank"), 0.4),
    )
    flow.table(
        columns,
        [
            [
                field_name(item.field, teller.language),
                show_number(item.weight)
                if item.per == 1
                else f"{show_number(item.weight)} / {show_number(item.per)}",
                text("planpdf.goes_to_verify")
                if item.when_blank is None
                else text("planpdf.counts", value=item.when_blank),
            ]
            for item in indicators
        ],
    )
