"""Taking a shock layer: its file is looked at, classes are proposed, and a person decides what enters."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from shockplan.progress import Progress
from ui.layer_results import FieldChoice, LayerLook, Offer, StandardChoice, TableChoice
from ui.messages import Message

if TYPE_CHECKING:
    from shockplan.shocks.look import TableLook
    from shockplan.shocks.proposals import Proposal
    from ui.session.session import Session

Found = tuple[LayerLook, dict[tuple[Path, str], "TableLook"]]
OF_CLASSES = ("classes", "layer", "crs", "code", "value", "level", "district", "by_name", "unlisted")
"""The keys of a layer that say how its file is read; the others stay when its classes are changed."""


class Layering(QObject):
    """`looked`: a LayerLook, to be shown with what is proposed."""

    looked = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.tables: dict[tuple[Path, str], TableLook] = {}

    def look(self, path: Path, index: int | None = None) -> None:
        """Say what a file holds; `index`: it is the file of that layer of the plan, to be classed anew."""
        stated = self.session.table_at(("layers", index)) if index is not None else {}

        def work(progress: Progress) -> Found:
            progress(0)
            return look_of(path, index, stated or {})

        self.session.start_job("ui.job.look", "look layer", work, self._take_look)

    def look_again(self, index: int) -> None:
        """Look at the file of a layer that the plan has."""
        made, stated = self.session.made, self.session.table_at(("layers", index))
        if made is None or not stated:
            return
        opened, document = made.opened, made.plan.inputs.document

        def work(progress: Progress) -> Found:
            progress(0)  # the file of a .shockplan lies inside it
            return look_of(opened.folder(document) / str(stated["file"]), index, stated)

        self.session.start_job("ui.job.look", "look layer", work, self._take_look)

    def offer(self, path: Path, layer: str, field: str) -> Offer | None:
        """What is proposed for one field, at once."""
        from shockplan.shocks.proposals import propose_for

        table = self.tables.get((path, layer))
        chosen = table.field(field) if table else None
        return offer_of(propose_for(table, chosen)) if table and chosen else None

    def take(self, look: LayerLook, layer: str, said: Mapping[str, Any], keep: str = "") -> None:
        """The layer enters the plan, or is classed anew; `keep`: the name of a profile that remembers how.

        `said`: keys of a layer of the plan file, without kind, id and file.
        """
        from shockplan.document_files import name_from

        results, table = self.session.results, self.tables.get((look.path, layer))
        if results is None or table is None:
            return
        if keep:
            self._keep(keep, table, look.path, said)
        layers = list(self.session.table_at(("layers",)) or [])
        if look.index is not None:
            rest = {key: value for key, value in layers[look.index].items() if key not in OF_CLASSES}
            layers[look.index] = {**rest, **said}
        else:
            kind = "area" if table.kind == "area" else "hazard"
            taken = {str(each["id"]) for each in layers}
            head = {"kind": kind, "id": free_id(str(said.get("name", "")), taken)}
            layers.append({**head, "file": name_from(results.plan_path.parent, look.path), **said})
        self.session.change(("layers",), layers)

    def _keep(self, name: str, table: "TableLook", path: Path, said: Mapping[str, Any]) -> None:
        from shockplan.shocks.profiles import LayerKeys, profiles_folder, save_profile
        from shockplan.shocks.proposals import profile_of

        known = {
            key: value for key, value in said.items() if key in LayerKeys.model_fields and key != "layer"
        }
        keys = LayerKeys.model_validate(known)
        try:
            saved = save_profile(profile_of(name, table, path.name, keys, dt.date.today()), profiles_folder())
        except OSError as error:
            text = self.session.words("profile.not_kept", reason=error.strerror or "?")
            self.session.messages.tell(Message("warning", text))
            return
        text = self.session.words("profile.kept", file=str(saved))
        self.session.messages.tell(Message("done", text))

    def _take_look(self, found: Found) -> None:
        look, tables = found
        self.tables = tables
        self.looked.emit(look)


def look_of(path: Path, index: int | None, stated: Mapping[str, Any]) -> Found:
    """What a file holds and what is proposed for each of its tables. Raises InputError."""
    from shockplan.shocks.look import look_at
    from shockplan.shocks.profiles import profiles_folder, saved_profiles
    from shockplan.shocks.proposals import propose
    from shockplan.shocks.severity import standards

    tables = look_at(path)
    profiles = saved_profiles(profiles_folder())
    offers = {table.layer: offer_of(propose(table, path.name, profiles)) for table in tables}
    known = tuple(
        StandardChoice(
            each.name,
            each.unit,
            each.basis,
            each.source,
            {name: Decimal(str(limit)) for name, limit in each.breaks.items()},
        )
        for each in standards().values()
    )
    look = LayerLook(path, tuple(map(table_choice, tables)), offers, known, index, stated)
    return look, {(path, table.layer): table for table in tables}


def table_choice(table: "TableLook") -> TableChoice:
    fields = tuple(
        FieldChoice(each.name, each.tag, each.different, each.blank, each.values, each.lowest, each.highest)
        for each in table.fields
    )
    return TableChoice(
        table.layer, table.kind, table.features, table.has_crs, table.product, table.code, fields
    )


def offer_of(proposal: "Proposal") -> Offer:
    keys = proposal.keys.model_dump(mode="python", exclude_none=True, exclude_unset=True)
    return Offer(keys, proposal.reason, proposal.named, proposal.open_values)


def free_id(name: str, taken: set[str]) -> str:
    """An id made of a name, that no layer has."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "layer"
    number, found = 1, plain
    while found in taken:
        number += 1
        found = f"{plain}_{number}"
    return found
