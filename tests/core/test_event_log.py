"""The log helps whoever helps, and holds nobody."""

import csv
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from shockplan import event_log
from shockplan.demo import write_demo
from shockplan.event_log import log_crash, log_event, start_log

WORD = re.compile(r"\w{4,}")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SHOCKPLAN_LOG", str(tmp_path / "log"))
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    before = list(event_log.LOG.handlers)
    start_log()
    yield tmp_path / "log" / "shockplan.log"
    for handler in [each for each in event_log.LOG.handlers if each not in before]:
        event_log.LOG.removeHandler(handler)
        handler.close()


@pytest.mark.slow  # three commands from outside
def test_no_name_id_phone_or_cell_of_the_registry_enters_the_log(tmp_path: Path) -> None:
    plan = write_demo(tmp_path / "made up ບ້ານ", households=150)
    files = [path for path in plan.parent.iterdir() if path.suffix == ".csv"]
    registry = next(path for path in files if "registry" in path.name)
    cells = {
        cell
        for row in csv.reader(registry.read_text(encoding="utf-8-sig").splitlines()[1:])
        for cell in row
        if len(cell) >= 5
    }
    assert len(cells) > 300
    folder = tmp_path / "log"
    environment = {**os.environ, "SHOCKPLAN_LOG": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    broken = plan.with_name("BROKEN.toml")
    broken.write_text(plan.read_text(encoding="utf-8").replace("in_mecg", "in_meccg", 1), encoding="utf-8")
    for arguments in (
        ("run", str(plan), "--out", str(tmp_path / "out")),
        ("explain", str(plan), "Nobody At All"),
        ("run", str(broken), "--out", str(tmp_path / "out2")),
    ):
        command = [sys.executable, "-m", "ui", *arguments]
        subprocess.run(command, env=environment, capture_output=True, check=False)
    written = (folder / "shockplan.log").read_text(encoding="utf-8")
    assert written.count(" start ") == 3 and " plan households=" in written and " problem code=" in written
    assert [cell for cell in cells if cell in written] == []
    assert not {"Nobody", "ບ້ານ", "BROKEN", "made up"} & set(WORD.findall(written))


def test_a_crash_is_told_without_what_it_says(log: Path) -> None:
    try:
        int("Somchai 020 5555 5555")
    except ValueError as error:
        log_crash(error)
    written = log.read_text(encoding="utf-8")
    assert "crash kind=ValueError" in written and "test_event_log" in written
    assert "Somchai" not in written and "5555" not in written


def test_the_log_rotates_and_never_grows_beyond_three_files(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = next(each for each in event_log.LOG.handlers if isinstance(each, RotatingFileHandler))
    monkeypatch.setattr(handler, "maxBytes", 2000)
    for number in range(200):
        log_event("made_up", number=number)
    files = sorted(log.parent.iterdir())
    assert len(files) == 3
    assert all(path.stat().st_size <= 2100 for path in files)


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SHOCKPLAN_LOG", str(tmp_path / "file" / "below"))
    count = len(event_log.LOG.handlers)
    start_log()
    monkeypatch.setenv("SHOCKPLAN_LOG", "off")
    start_log()
    assert len(event_log.LOG.handlers) == count
