"""What holds for every test: nothing is left behind in the person's own folders."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine, nothing of the law. CI tries the same
# examples every time, so that a red run can be repeated; at a desk they are new each time.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def unexpected_log_lines_fail(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log is a warning to the person; a test that expects one clears caplog."""
    yield
    loud = [record.getMessage() for record in caplog.get_records("call") if record.levelname in LOUD]
    assert not loud, f"unexpected log lines: {loud}"


LOUD = {"WARNING", "ERROR", "CRITICAL"}
ROOT = Path(__file__).resolve().parent.parent
