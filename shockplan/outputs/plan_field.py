"""What came from beside the registry, apart: field-registered households, earlier payments, changes."""

from shockplan.outputs.flow import Flow, TableColumn
from shockplan.outputs.plan_teller import Teller
from shockplan.targeting import names_field_registered
from shockplan.texts import show_number

FORM_ROWS = ("rows_rejected", "rows_for_decision", "rows_matched", "households")
DECIDED = ("eligible", "verify", "not_eligible")
PAID = ("funded", "waiting", "cut")
PAYMENT_ROWS = ("rejected", "waiting", "matched", "new")
CHANGES = ("new", "gone", "changed", "same", "unclear")


def beside_registry(flow: Flow, teller: Teller) -> None:
    """Nothing where the plan names nothing beside its extract."""
    found = teller.plan.summary
    if found.field_registered["rows_read"]:
        field_registered(flow, teller)
    if found.earlier_payments["read"]:
        earlier_payments(flow, teller)
    if teller.plan.inputs.registry.changes is not None:
        extract_changes(flow, teller)


def counts(flow: Flow, teller: Teller, rows: list[tuple[str, int]], whole: tuple[str, int]) -> None:
    """A table of counts under its sum; the codes are those of the plan PDF."""
    text = teller.text
    columns = [TableColumn(text("planpdf.count"), 0.7), TableColumn(text("planpdf.households"), 0.3, "right")]
    lines = [[text(f"planpdf.{code}"), show_number(count)] for code, count in rows]
    flow.table(columns, lines, [text(f"planpdf.{whole[0]}"), show_number(whole[1])])


def field_registered(flow: Flow, teller: Teller) -> None:
    """The rows of the assessment forms, and what became of the households that were added."""
    text, found = teller.text, teller.plan.summary.field_registered
    flow.heading(text("planpdf.field_registered"), 1, 150)
    named = names_field_registered(teller.plan.inputs.spec.eligibility.rule)
    flow.text(text("planpdf.field_named" if named else "planpdf.field_not_named"))
    forms = [(f"field.{name}", found[name]) for name in FORM_ROWS]
    counts(flow, teller, forms, ("field.rows_read", found["rows_read"]))
    decided = [(name, found[name]) for name in DECIDED]
    counts(flow, teller, decided, ("field.households", found["households"]))
    counts(flow, teller, [(name, found[name]) for name in PAID], ("eligible", found["eligible"]))
    flow.text(text("planpdf.field_paid", people=found["people_funded"], kip=found["committed_kip"]))


def earlier_payments(flow: Flow, teller: Teller) -> None:
    """Each list and what it does, and the standing of its rows."""
    text, found = teller.text, teller.plan.summary.earlier_payments
    flow.heading(text("planpdf.earlier_payments"), 1, 130)
    for listed in teller.plan.inputs.spec.earlier_payments:
        parts = [text(f"planpdf.earlier_use.{listed.use}")]
        if listed.purposes:
            parts.append(text("planpdf.earlier_purposes", purposes=listed.purposes))
        if listed.since is not None:
            parts.append(text("planpdf.earlier_since", day=listed.since))
        if listed.use == "deduct":
            parts.append(text(f"planpdf.earlier_unlisted.{listed.unlisted}"))
        flow.text(f"{listed.agency or listed.file}: " + " ".join(parts))
    rows = [(f"payment.{name}", found[name]) for name in PAYMENT_ROWS]
    counts(flow, teller, rows, ("payment.read", found["read"]))


def extract_changes(flow: Flow, teller: Teller) -> None:
    """What this extract says otherwise than the one before it, and what its blanks do."""
    changes, text = teller.plan.inputs.registry.changes, teller.text
    assert changes is not None
    flow.heading(text("planpdf.extract_changes"), 1, 130)
    flow.text(text(f"planpdf.blanks.{teller.plan.inputs.spec.registry.blanks}"))
    found = changes.counts()
    columns = [TableColumn(text("planpdf.count"), 0.7), TableColumn(text("planpdf.households"), 0.3, "right")]
    flow.table(columns, [[text(f"planpdf.change.{name}"), show_number(found[name])] for name in CHANGES])
