"""What the window is told of a shock layer's file before it is used: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of a table: how many different values, the most frequent with their counts, blanks, range."""

    name: str
    tag: str
    different: int
    blank: int
    values: tuple[tuple[str, int], ...]
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class StandardChoice:
    """Dated limits with their source; `basis`: published, or an assumption of this program."""

    name: str
    unit: str
    basis: str
    source: str
    breaks: Mapping[str, Decimal]


@dataclass(frozen=True, eq=False)
class TableChoice:
    """A table of the file; `kind`: hazard, raster or area; `code`: the column of places of an area table."""

    layer: str
    kind: str
    features: int
    has_crs: bool
    product: str
    code: str
    fields: tuple[FieldChoice, ...]

    def field(self, name: str) -> FieldChoice | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, eq=False)
class Offer:
    """Classes that are proposed: `keys` as a layer of the plan file states them; `reason`, `named`: why."""

    keys: Mapping[str, Any]
    reason: str
    named: str = ""
    open_values: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class LayerLook:
    """A file and what it holds. `offers`: the best proposal for each table, by its name.

    `index`: the layer of the plan whose classes are to be changed, None for a new one; `stated` is then what
    the plan states of it.
    """

    path: Path
    tables: tuple[TableChoice, ...]
    offers: Mapping[str, Offer]
    standards: tuple[StandardChoice, ...]
    index: int | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlaceRuleInfo:
    """The rule for places hit in part, and how many households each other rule would answer otherwise."""

    rule: str
    others: tuple[tuple[str, int], ...]
