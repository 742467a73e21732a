"""Rivers and roads around the demo's villages: rough courses by hand, scenery for training."""

from typing import Any

from shockplan.demo.ground import SEKONG, XE_KAMAN, XE_PIAN

MADE_UP = "made up for training: rough courses by hand"
RIVERS = (
    ("Sekong (rough)", "ເຊກອງ (ໂດຍປະມານ)", SEKONG.tolist()),
    ("Xe Kaman (rough)", "ເຊກະໝານ (ໂດຍປະມານ)", XE_KAMAN.tolist()),
    ("Xe Pian (rough)", "ເຊປຽນ (ໂດຍປະມານ)", XE_PIAN.tolist()),
)
ROADS = (
    (
        "Road north (made up)",
        "ທາງໄປເໜືອ (ສົມມຸດ)",
        [(106.72, 15.21), (106.745, 15.06), (106.77, 14.93), (106.84, 14.81)],
    ),
    (
        "Road east (made up)",
        "ທາງໄປຕາເວັນອອກ (ສົມມຸດ)",
        [(106.84, 14.81), (106.95, 14.80), (107.08, 14.78), (107.22, 14.72), (107.40, 14.68)],
    ),
    (
        "Road west (made up)",
        "ທາງໄປຕາເວັນຕົກ (ສົມມຸດ)",
        [(106.84, 14.81), (106.72, 14.78), (106.60, 14.74), (106.45, 14.80), (106.30, 14.86)],
    ),
)


def rivers() -> dict[str, Any]:
    """The rivers that the demo's villages crowd along, as GeoJSON."""
    return _lines("rivers_made_up", RIVERS)


def roads() -> dict[str, Any]:
    """Made-up roads, as GeoJSON."""
    return _lines("roads_made_up", ROADS)


def _lines(name: str, lines: tuple[tuple[str, str, list[Any]], ...]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "properties": {"name_en": english, "name_lo": lao, "note": MADE_UP},
            "geometry": {"type": "LineString", "coordinates": course},
        }
        for english, lao, course in lines
    ]
    return {"type": "FeatureCollection", "name": name, "description": MADE_UP, "features": features}
