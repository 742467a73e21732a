"""How a shock layer is read: its table, its field and classes, chosen by the person and kept as a profile."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from shockplan.texts import show_number
from ui.form import Entry, Form
from ui.label import label
from ui.layer_results import FieldChoice, LayerLook, Offer, TableChoice
from ui.layouts import scrolled
from ui.session.layering import Layering
from ui.style import GAP, SPACE
from ui.value_classes import CLASSES, ValueClasses

LIMITS = ("low", "moderate", "severe")
WAYS = ("limits", "standard", "values", "all")
SHOWN_VALUES = 8
OF_PLACES: Mapping[str, Any] = {"level": "area", "district": "", "by_name": False, "unlisted": "not_observed"}
"""How the rows of a table find their places, with what holds where nothing is said."""


class LayerProfile(QDialog):
    """It opens and does not block. Nothing enters the plan before the button is pressed.

    `said`: layer, field, way, low / moderate / severe, standard, class, crs, code, name, keep, and OF_PLACES.
    """

    def __init__(self, layering: Layering, look: LayerLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.layering, self.words, self.look = layering, layering.session.words, look
        self.said: dict[str, Any] = {}
        self.told, self.seen, self.why = (label("small", wrap=True) for _ in range(3))
        self.form, self.values = Form(self.words), ValueClasses(self.words)
        self.buttons = QDialogButtonBox()
        self.use = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setProperty("kind", "main")
        self.leave = self.buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.take)
        self.buttons.rejected.connect(self.reject)
        self.form.edited.connect(self._edited)
        self._lay_out()
        self._begin(look.tables[0])
        self.show_choice()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        for widget in (self.told, self.form, self.seen, self.values, self.why):
            column.addWidget(widget)
        column.addStretch(1)
        around = QVBoxLayout(self)
        around.setSpacing(GAP)
        around.addWidget(scrolled(column), 1)
        around.addWidget(self.buttons)
        self.resize(620, 600)
        self.setWindowTitle(self.words("profile.title", file=self.look.path.name))
        self.use.setText(self.words("profile.use" if self.look.index is None else "profile.change"))
        self.leave.setText(self.words("profile.leave"))

    @property
    def table(self) -> TableChoice:
        """The table that is meant."""
        return next(each for each in self.look.tables if each.layer == self.said["layer"])

    @property
    def field(self) -> FieldChoice | None:
        """The field that gives the class: a raster has one without a name."""
        return self.table.fields[0] if self.table.kind == "raster" else self.table.field(self.said["field"])

    def _begin(self, table: TableChoice) -> None:
        """Begin with what the plan states of this layer, else with what is proposed."""
        stated = self.look.stated if self.look.stated.get("classes") else {}
        offer = self.look.offers[table.layer]
        name = self.said.get("name") or self.look.stated.get("name")
        name = name or self.look.path.stem.replace("_", " ")
        self.said = {
            "layer": table.layer,
            "name": name,
            "crs": "",
            "code": table.code,
            "keep": "",
            **OF_PLACES,
        }
        self._take_offer(Offer(stated, "plan") if stated else offer)

    def _take_offer(self, offer: Offer) -> None:
        classes: Mapping[str, Any] = offer.keys.get("classes", {})
        self.said |= {
            "field": offer.keys.get("value") or classes.get("field") or self.said.get("field", ""),
            "code": offer.keys.get("code") or self.said.get("code", ""),
            **{key: offer.keys.get(key, usual) for key, usual in OF_PLACES.items()},
            "standard": classes.get("standard", ""),
            "class": classes.get("all", "severe"),
            **{level: classes.get("breaks", {}).get(level) for level in LIMITS},
        }
        given = {"breaks": "limits", "standard": "standard", "values": "values"}
        self.said["way"] = next((way for key, way in given.items() if classes.get(key)), "all")
        self.values.take(dict(classes.get("values", {})))
        self.reason = offer

    def _edited(self, table: Mapping[str, Any]) -> None:
        """Another table or field brings another proposal; everything else stays as it was chosen."""
        before, self.said = self.said, {**self.said, **table}
        if self.said["layer"] != before["layer"]:
            self._begin(self.table)
        elif self.said["field"] != before["field"]:
            offer = self.layering.offer(self.look.path, self.said["layer"], self.said["field"])
            if offer is not None:
                self._take_offer(offer)
        elif self.said["standard"] != before["standard"]:
            known = next((each for each in self.look.standards if each.name == self.said["standard"]), None)
            self.said |= dict(known.breaks) if known else {}
        self.show_choice()

    def show_choice(self) -> None:
        """Show what is chosen; the widgets that the way of classing does not need are not there."""
        self.form.show_table(self.said, self.entries(), {})
        table, field = self.table, self.field
        kind = self.words(f"profile.kind.{table.kind}", count=show_number(table.features))
        product = table.product or ("" if table.kind == "track" else self.words("profile.unknown_product"))
        self.told.setText(f"{self.look.path.name}: {kind} {product}")
        self.seen.setText(self._values_seen(field) if field and table.kind != "track" else "")
        by_value = self.said["way"] == "values" and field is not None
        self.values.setVisible(by_value)
        if by_value and field is not None:
            self.values.show_values(field.values)
        self.why.setText(self._why())
        self.use.setEnabled(self._complete())

    def _complete(self) -> bool:
        """Whether every class is said that the way of classing needs."""
        way = self.said["way"]
        if self.table.kind == "area" and not (self.said["code"] and self.said["field"]):
            return False
        if way == "limits":
            return any(self.said.get(level) is not None for level in LIMITS)
        return bool(self.said["standard"]) if way == "standard" else bool(self.said["name"])

    def _values_seen(self, field: FieldChoice) -> str:
        """`12 values, 3 blank: 0.1 to 4.2`, or the most frequent with their counts."""
        if field.lowest is not None and field.highest is not None and field.different > SHOWN_VALUES:
            shown = f"{show_number(field.lowest)} – {show_number(field.highest)}"
        else:
            shown = ", ".join(f"{value[:40]} ({count:,})" for value, count in field.values[:SHOWN_VALUES])
        return self.words("profile.values_seen", different=field.different, blank=field.blank, values=shown)

    def _why(self) -> str:
        named = self.reason.named
        if self.reason.reason == "standard":
            named = self.words(f"profile.standard.{named}")
        parts = [self.words(f"profile.why.{self.reason.reason}", named=named)]
        if self.reason.open_values:
            parts.append(self.words("profile.open_values", values=", ".join(self.reason.open_values)))
        if self.said["way"] == "standard":
            known = next((each for each in self.look.standards if each.name == self.said["standard"]), None)
            if known:
                limits = {level: show_number(known.breaks[level]) for level in LIMITS}
                parts.append(self.words("profile.limits_are", **limits))
                parts.append(self.words(f"profile.basis.{known.basis}", source=known.source, unit=known.unit))
        return "\n".join(parts)

    def entries(self) -> tuple[Entry, ...]:
        """The fields of the form, by the kind of table and the way of classing."""
        table = self.table
        names = tuple((each.name, each.name) for each in table.fields if each.name)
        found = [text_entry("name")]
        if len(self.look.tables) > 1:
            layers = tuple((each.layer, each.layer) for each in self.look.tables)
            found.append(Entry(("layer",), "choice", "profile.table", choices=layers))
        if not table.has_crs and table.kind in ("hazard", "raster"):
            found.append(text_entry("crs", told=True))
        if table.kind == "area":
            found += self._place_entries(names)
        if table.kind == "track":
            return tuple(found)
        if names:
            choices = names if table.kind == "area" else (("", self.words("profile.no_field")), *names)
            found.append(Entry(("field",), "choice", "profile.field", choices=choices))
        ways = tuple((way, self.words(f"profile.way.{way}")) for way in self._ways())
        found.append(Entry(("way",), "choice", "profile.way", choices=ways))
        return (*found, *self._class_entries(), text_entry("keep", told=True))

    def _place_entries(self, names: tuple[tuple[str, str], ...]) -> tuple[Entry, ...]:
        """By what a table's rows find their places, and what a place without a row means."""
        levels, unlisted = (
            tuple((name, self.words(f"profile.{key}.{name}")) for name in choices)
            for key, choices in (("level", ("area", "village")), ("unlisted", ("not_observed", "none")))
        )
        district = Entry(
            ("district",),
            "choice",
            "profile.district",
            choices=(("", self.words("profile.no_field")), *names),
        )
        return (
            Entry(("level",), "choice", "profile.level", choices=levels),
            Entry(("code",), "choice", "profile.code", choices=names),
            *((district,) if self.said["level"] == "village" else ()),
            Entry(("by_name",), "flag", "profile.by_name"),
            Entry(("unlisted",), "choice", "profile.unlisted", choices=unlisted),
        )

    def _ways(self) -> tuple[str, ...]:
        numbers = self.field is not None and self.field.lowest is not None
        if self.field is None:
            return ("all",)
        return WAYS if numbers else ("values", "all")

    def _class_entries(self) -> tuple[Entry, ...]:
        way = self.said["way"]
        if way == "all":
            words = tuple((name, self.words(f"rule.word.{name}")) for name in CLASSES[:4])
            return (Entry(("class",), "choice", "profile.class", choices=words),)
        limits = tuple(Entry((level,), "number", f"profile.limit.{level}") for level in LIMITS)
        if way == "standard":
            known = tuple(
                (each.name, self.words(f"profile.standard.{each.name}")) for each in self.look.standards
            )
            return (Entry(("standard",), "choice", "profile.standard", choices=(("", ""), *known)),)
        return limits if way == "limits" else ()

    def classes(self) -> dict[str, Any]:
        """The classes as a plan file states them."""
        way, field = self.said["way"], self.said["field"]
        named = {"field": field} if field and self.table.kind == "hazard" and way != "all" else {}
        if way == "limits":
            stated = {level: self.said.get(level) for level in LIMITS}
            breaks = {level: Decimal(limit) for level, limit in stated.items() if limit is not None}
            return {**named, "breaks": breaks}
        if way == "standard":
            return {**named, "standard": self.said["standard"]}
        if way == "values":
            return {**named, "values": self.values.chosen()}
        return {"all": self.said["class"]}

    def take(self) -> None:
        """Hand over what was chosen."""
        table = self.table
        said: dict[str, Any] = {"name": self.said["name"]}
        if table.kind != "track":
            said["classes"] = self.classes()
        if table.kind == "area":
            said |= {"code": self.said["code"], "value": self.said["field"]}
            said |= {key: self.said[key] for key, usual in OF_PLACES.items() if self.said[key] != usual}
            if self.said["level"] != "village":
                said.pop("district", None)
        elif len(self.look.tables) > 1:
            said["layer"] = table.layer
        if self.said["crs"]:
            said["crs"] = self.said["crs"]
        self.layering.take(self.look, table.layer, said, str(self.said["keep"] or "").strip())
        self.accept()


def text_entry(key: str, told: bool = False) -> Entry:
    """A line of text under its own words."""
    return Entry((key,), "text", f"profile.{key}", told=told)
