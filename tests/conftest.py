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


def pytest_configure(config: pytest.Config) -> None:
    """Where tests are only collected, none of them can use its snapshot: that is no fault then."""
    if config.option.collectonly:
        config.option.warn_unused_snapshots = True


@pytest.fixture(autouse=True)
def unexpected_log_lines_fail(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log is a warning to the person; a test that expects one clears caplog."""
    yield
    loud = [record.getMessage() for record in caplog.get_records("call") if record.levelname in LOUD]
    assert not loud, f"unexpected log lines: {loud}"


@pytest.fixture(autouse=True)
def own_folders_are_made_up(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing reads or writes the data folder of the person who runs the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("person")))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path_factory.mktemp("person")))


LOUD = {"WARNING", "ERROR", "CRITICAL"}
ROOT = Path(__file__).resolve().parent.parent
