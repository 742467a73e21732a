"""What a shock layer's file holds, on the command line, and the profile that is proposed for it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from shockplan.answer import Answer
from shockplan.shocks.datasets import refusal
from shockplan.shocks.look import FieldLook, TableLook, look_at
from shockplan.shocks.profiles import Profile, profile_text, save_profile, saved_profiles
from shockplan.shocks.proposals import Proposal, profile_of, propose, propose_for
from shockplan.texts import Value, show_number, tr

SHOWN_VALUES = 6
SHOWN_FIELDS = 20


@dataclass(frozen=True, slots=True)
class LookChoice:
    """Which table and field are meant; the profile is kept in a file, or by a name in `profiles`."""

    layer: str | None
    field: str | None
    save: Path | None
    keep: str | None
    profiles: Path


def look_command(file: Path, choice: LookChoice, answer: Answer) -> None:
    """Say the tables, fields and values of a layer's file and the classes proposed; keep them if wished."""
    tables = look_at(file)
    for table in tables:
        say_table(table, answer)
    meant = chosen_table(file, tables, choice.layer)
    offer = offered(file, meant, choice.field, choice.profiles)
    answer.say(tr(f"shocks.proposal.{offer.reason}", {"layer": meant.layer, "named": offer.named}))
    answer.say(tomli_w.dumps(offer.keys.model_dump(exclude_none=True, exclude_unset=True)))
    if offer.open_values:
        answer.say(tr("shocks.proposal.open", {"values": offer.open_values}))
    keys = offer.keys.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    answer.give(
        {
            "tables": [table_json(table) for table in tables],
            "proposal": {"layer": meant.layer, "reason": offer.reason, "named": offer.named, "keys": keys},
            "open_values": list(offer.open_values),
        }
    )
    name = choice.keep or (choice.save.stem if choice.save else None)
    if name:
        profile = profile_of(name, meant, file.name, offer.keys, dt.date.today())
        written = write_profile(profile, choice)
        answer.say(tr("shocks.profile_saved", {"file": str(written)}))
        answer.give({"profile": str(written)})


def write_profile(profile: Profile, choice: LookChoice) -> Path:
    """Into the file named, else among the person's own profiles."""
    if choice.save is None:
        return save_profile(profile, choice.profiles)
    choice.save.parent.mkdir(parents=True, exist_ok=True)
    choice.save.write_text(profile_text(profile), "utf-8")
    return choice.save


def chosen_table(file: Path, tables: tuple[TableLook, ...], layer: str | None) -> TableLook:
    """The table named, else the first hazard. Raises InputError where there is none of that name."""
    found = [table for table in tables if layer in (None, table.layer)]
    if not found:
        raise refusal(file, "no_layer", layer=layer or "", layers=tuple(table.layer for table in tables))
    return found[0]


def offered(file: Path, table: TableLook, field: str | None, profiles: Path) -> Proposal:
    """The proposal for the field named, else the best one. Raises InputError for an unknown field."""
    if field is None:
        return propose(table, file.name, saved_profiles(profiles))
    named = table.field(field)
    if named is None:
        raise refusal(file, "no_field", field, fields=tuple(each.name for each in table.fields))
    return propose_for(table, named)


def say_table(table: TableLook, answer: Answer) -> None:
    count = show_number(table.features)
    answer.say(tr(f"shocks.look.{table.kind}", {"layer": table.layer, "count": count, "role": table.role}))
    if table.product:
        answer.say("  " + tr("shocks.look.product", {"product": table.product}))
    for field in table.fields[:SHOWN_FIELDS]:
        args: dict[str, Value] = {
            "field": field.name or "-",
            "different": field.different,
            "values": shown_values(field),
        }
        answer.say("  " + tr("shocks.look.field", args))
    if len(table.fields) > SHOWN_FIELDS:
        more = tuple(field.name for field in table.fields[SHOWN_FIELDS : 2 * SHOWN_FIELDS])
        args = {"count": len(table.fields) - SHOWN_FIELDS, "fields": more}
        answer.say("  " + tr("shocks.look.more", args))


def shown_values(field: FieldLook) -> str:
    """`0.1 to 4.2`, or the values that are met most, each with its count."""
    if field.lowest is not None and field.highest is not None and field.different > SHOWN_VALUES:
        return f"{show_number(field.lowest)} … {show_number(field.highest)}"
    return ", ".join(f"{value[:40]} ({count:,})" for value, count in field.values[:SHOWN_VALUES])


def table_json(table: TableLook) -> dict[str, Any]:
    fields = [
        {
            "name": field.name,
            "tag": field.tag,
            "different": field.different,
            "blank": field.blank,
            "lowest": field.lowest,
            "highest": field.highest,
            "values": [{"value": value, "count": count} for value, count in field.values],
        }
        for field in table.fields
    ]
    return {
        "layer": table.layer,
        "kind": table.kind,
        "role": table.role,
        "features": table.features,
        "has_crs": table.has_crs,
        "product": table.product,
        "fields": fields,
    }
