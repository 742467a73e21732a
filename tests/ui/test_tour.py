"""The whole way by mouse and keyboard on a real display: start page, map, household, files, language."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from shockplan.demo import write_demo
from tests.ui.screen import needs_xvfb, xvfb

ROOT = Path(__file__).resolve().parents[2]


def toured(module: str, folder: Path) -> dict[str, Any]:
    """What a tour saw on a display of 1366 x 768."""
    with xvfb() as display:
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-m", module, str(folder)],
            cwd=ROOT,
            env={
                **os.environ,
                "DISPLAY": display,
                "QT_QPA_PLATFORM": "xcb",
                "XDG_DATA_HOME": str(folder / "data"),
                "QT_FATAL_WARNINGS": "0",
            },
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    return seen


@needs_xvfb
def test_a_person_takes_the_demo_from_the_start_page_to_the_written_files(tmp_path: Path) -> None:
    seen = toured("tests.ui.tour", tmp_path)
    assert seen["faults"] == []
    assert seen["funded"] > 0
    assert seen["size"] == [1366, 768], "the window does not fit a small screen"
    assert seen["dragged_by"] == [120, 40]
    assert seen["zoomed_by"] == 1.953
    assert seen["district"].startswith("LA17")
    assert seen["page"] == "registry"
    assert len(seen["why"].splitlines()) >= 3
    assert seen["set_aside_grew"]
    assert seen["undone"]
    assert "members is at least 6" in seen["rule"]
    assert seen["narrower"] and seen["rule_undone"]
    assert seen["mistake"]
    assert seen["mended"] == "USD"
    assert seen["compared"]
    assert seen["chapter"] == "compare"
    assert seen["manual_closed"]
    assert seen["preview_pages"] > 3
    assert any(name.endswith(".pdf") for name in seen["files"])
    assert all((tmp_path / "out" / name).is_file() for name in seen["files"])
    assert any("\u0e80" <= letter <= "\u0eff" for letter in seen["lao_title"])
    assert seen["thread_ended"]


@needs_xvfb
def test_a_new_plan_goes_from_its_form_to_its_papers_with_the_keyboard_alone(tmp_path: Path) -> None:
    write_demo(tmp_path / "inputs", households=600)
    seen = toured("tests.ui.tour_new", tmp_path)
    assert seen["faults"] == []
    assert seen["told"].startswith("624 rows, 36 columns")
    assert seen["pages"] == ["situation", "registry", "who", "check", "how_much", "approve", "print"]
    eligible, funded = seen["figures"]
    assert eligible >= funded > 0
    assert seen["kept_in"] == "plan.shockplan"
    before, after = seen["fewer"]
    assert before > after, "less money reaches fewer"
    assert seen["again"] == before, "and undo brings them back"
    assert seen["preview_pages"] > 1
    assert seen["preview_closed"]
    assert any(name.endswith(".pdf") for name in seen["files"])
    assert all((tmp_path / "out" / name).is_file() for name in seen["files"])
    assert seen["thread_ended"]
