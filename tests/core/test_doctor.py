"""The doctor looks at everything and says what mends it."""

import shutil
from collections import namedtuple

import pytest

from shockplan import doctor
from shockplan.doctor import examine, machine_memory
from shockplan.texts import catalogue, tr

Usage = namedtuple("Usage", "total used free")


def test_versions_fonts_map_data_disk_and_memory_are_told() -> None:
    findings = {finding.topic: finding for finding in examine()}
    assert {"libraries", "GDAL", "PROJ data", "map formats", "Lao font", "disk", "memory", "log"} <= set(
        findings
    )
    assert findings["PROJ data"].ok and "500000.0" in findings["PROJ data"].seen
    assert "geopandas" in findings["libraries"].seen
    assert machine_memory() is None or (machine_memory() or 0) > 100_000_000


def test_a_full_disk_and_a_small_memory_come_with_what_mends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10, 10, 5))
    monkeypatch.setattr(doctor, "machine_memory", lambda: 2_000_000_000)
    monkeypatch.setattr(doctor, "LIBRARIES", ("numpy", "not_there_at_all"))
    bad = {finding.topic: finding for finding in examine() if not finding.ok}
    assert set(bad) >= {"disk", "memory", "libraries missing"}
    for finding in bad.values():
        assert finding.mend in catalogue("en")
        assert tr(finding.mend, None, "lo") != tr(finding.mend, None, "en")
