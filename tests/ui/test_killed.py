"""A window killed without warning: the next start offers the plan in its last state."""

import subprocess
import sys
from pathlib import Path

import pytest

from shockplan.demo import write_demo
from shockplan.workspace import save_plan
from tests.conftest import ROOT
from tests.ui.killed_window import EDITS


def started(way: str, plan: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.ui.killed_window", way, str(plan)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("kind", "after"), [("PLAN.toml", len(EDITS)), ("plan.shockplan", 1)])
def test_a_killed_window_loses_no_change_that_it_said_was_kept(tmp_path: Path, kind: str, after: int) -> None:
    plan = write_demo(tmp_path / "inputs", households=300)
    if kind.endswith(".shockplan"):
        save_plan(plan, tmp_path / kind, None)
        plan = tmp_path / kind
    window = started("edit", plan)
    assert window.stdout is not None
    for step in EDITS[:after]:
        assert window.stdout.readline() == f"kept {step}\n"
    window.kill()
    window.wait()
    window.stdout.close()
    again = started("return", plan)
    said = again.communicate(timeout=120)[0].splitlines()
    assert again.returncode == 0
    assert said[0] == f"offered {kind}"
    step = int(said[1].removeprefix("step "))
    assert step in EDITS[after - 1 :]  # that one, or a later one that was kept before the end came
