"""How QGIS shows the layers of the GeoPackage when it opens them: the table `layer_styles`.

Districts are shaded by households funded, in classes that print in grey; villages are circles whose area
grows with households funded, and hollow where nobody is. QGIS takes the style marked as default.
"""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Mapping

import numpy as np
import pandas as pd

SHADES = ("#ffffff", "#deebf7", "#9ecae1", "#4292c6", "#08519c", "#08306b")
"""Light to dark, one hue: told apart by colour-blind eyes and on grey paper. The first is nobody."""

LARGEST_CIRCLE = 7.0  # mm
SMALLEST_CIRCLE = 1.2
VILLAGES_FROM = 600_000  # the scale at which villages are named: 1 to so many
FONTS = ("Phetsarath OT", "Noto Sans Lao", "Saysettha OT", "Lao UI")
"""The first that the computer has; each holds all Lao letters."""


def style_table(districts: pd.DataFrame, villages: pd.DataFrame, stamp: dt.datetime) -> pd.DataFrame:
    """The rows of `layer_styles` for the layers `districts` and `villages`, as QGIS itself writes them."""
    styles = {"districts": district_style(districts), "villages": village_style(villages)}
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": layer,
                "f_geometry_column": "geom",
                "styleName": "ShockPlan",
                "styleQML": style,
                "styleSLD": "",
                "useAsDefault": True,
                "description": "Households funded",
                "owner": "",
                "ui": None,
                "update_time": stamp,
            }
            for layer, style in styles.items()
        ]
    ).astype({"ui": "str"})


def district_style(districts: pd.DataFrame) -> str:
    """Classes of households funded: none, then up to five with about as many districts in each."""
    limits = class_limits(districts["funded"].to_numpy(np.int64))
    root, renderer = qgis("graduatedSymbol", attr="funded", graduatedMethod="GraduatedColor")
    ranges, symbols = ET.SubElement(renderer, "ranges"), ET.SubElement(renderer, "symbols")
    for number, (lower, upper) in enumerate(limits):
        label = "0" if upper == 0 else f"{lower:,} - {upper:,}"
        ET.SubElement(
            ranges,
            "range",
            lower=str(lower),
            upper=str(upper),
            symbol=str(number),
            label=label,
            render="true",
        )
        fill = {"color": colour(SHADES[number]), "outline_color": colour("#666666"), "outline_width": "0.2"}
        add_symbol(symbols, str(number), "fill", "SimpleFill", fill)
    add_labels(root, "name_lo", 8)
    return finished(root)


def class_limits(counts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[tuple[int, int]]:
    """Lower and upper count of each class, both included; the first is 0 alone."""
    above = counts[counts > 0]
    if not len(above):
        return [(0, 0)]
    shares = np.linspace(0, 1, len(SHADES))[1:]
    uppers = sorted({int(np.quantile(above, share, method="higher")) for share in shares})
    lowers = [1, *(upper + 1 for upper in uppers[:-1])]
    return [(0, 0), *zip(lowers, uppers, strict=True)]


def village_style(villages: pd.DataFrame) -> str:
    """Circles; the area of the largest is that of the village with most households funded."""
    most = max(1, int(villages["funded"].max())) if len(villages) else 1
    span = LARGEST_CIRCLE - SMALLEST_CIRCLE
    root, renderer = qgis("singleSymbol")
    symbols = ET.SubElement(renderer, "symbols")
    marker = {
        "name": "circle",
        "color": colour(SHADES[3]),
        "outline_color": colour("#000000"),
        "outline_width": "0.2",
        "size": str(SMALLEST_CIRCLE),
        "size_unit": "MM",
    }
    layer = add_symbol(symbols, "0", "marker", "SimpleMarker", marker)
    by_data(
        layer,
        {
            "size": f'{SMALLEST_CIRCLE} + {span} * sqrt("funded" / {most}.0)',
            "fillColor": f"if(\"funded\" > 0, '{SHADES[3]}', '#ffffff')",
        },
    )
    add_labels(root, "name_lo", 7, near=True)
    return finished(root)


def qgis(kind: str, **attributes: str) -> tuple[ET.Element, ET.Element]:
    """An empty style and its renderer."""
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology|Labeling", labelsEnabled="1")
    every = {"type": kind, "symbollevels": "0", "enableorderby": "0", "forceraster": "0", **attributes}
    renderer = ET.SubElement(root, "renderer-v2", every)
    return root, renderer


def colour(hex_digits: str) -> str:
    """#9ecae1 as 158,202,225,255."""
    parts = (int(hex_digits[start : start + 2], 16) for start in (1, 3, 5))
    return ",".join(str(part) for part in (*parts, 255))


def add_symbol(
    parent: ET.Element, name: str, kind: str, layer_class: str, values: Mapping[str, str]
) -> ET.Element:
    """A symbol with one layer, its values as options and as `prop`, which older versions read."""
    symbol = ET.SubElement(
        parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    layer = ET.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in values.items():
        ET.SubElement(options, "Option", name=key, type="QString", value=value)
    for key, value in values.items():
        ET.SubElement(layer, "prop", k=key, v=value)
    return layer


def by_data(layer: ET.Element, expressions: Mapping[str, str]) -> None:
    """Properties of a symbol layer that follow from the row."""
    holder = ET.SubElement(ET.SubElement(layer, "data_defined_properties"), "Option", type="Map")
    ET.SubElement(holder, "Option", name="name", type="QString", value="")
    properties = ET.SubElement(holder, "Option", name="properties", type="Map")
    for key, expression in expressions.items():
        entry = ET.SubElement(properties, "Option", name=key, type="Map")
        ET.SubElement(entry, "Option", name="active", type="bool", value="true")
        ET.SubElement(entry, "Option", name="expression", type="QString", value=expression)
        ET.SubElement(entry, "Option", name="type", type="int", value="3")
    ET.SubElement(holder, "Option", name="type", type="QString", value="collection")


def add_labels(root: ET.Element, field: str, size: int, near: bool = False) -> None:
    """Names with a white edge. `near`: only when zoomed in, and beside the symbols instead of on them."""
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=field,
        fontFamily=FONTS[0],
        fontSize=str(size),
        textColor=colour("#000000"),
    )
    families = ET.SubElement(text, "families")
    for font in FONTS:
        ET.SubElement(families, "family", name=font)
    ET.SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM",
        bufferColor=colour("#ffffff"), bufferOpacity="0.8",
    )  # fmt: skip
    seen = {"obstacle": "1", "scaleVisibility": "1", "scaleMin": "1", "scaleMax": str(VILLAGES_FROM)}
    ET.SubElement(settings, "rendering", seen if near else {"obstacle": "0", "scaleVisibility": "0"})


def finished(root: ET.Element) -> str:
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )
