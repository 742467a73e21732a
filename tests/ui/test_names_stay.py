"""Names stay in the encrypted plan and in the papers that were asked for, whatever is done in the window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.workspace import save_plan, sealing
from tests.conftest import ROOT

SECRET = "a made-up secret"


def personal_texts(plan: Path) -> list[bytes]:
    """Names, phones and numbers of the demo's persons, long enough not to stand elsewhere by chance."""
    frame = read_inputs(plan).registry.households
    fields = ("head_name_lo", "head_name_en", "phone", "document_id", "family_book", "account")
    return sorted({text.encode() for field in fields for text in frame[field].dropna() if len(text) >= 6})


def files_with(texts: list[bytes], folder: Path) -> dict[str, bytes]:
    """Each file below a folder that holds one of the texts, in either encoding that Qt writes."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            wide = content.replace(b"\0", b"")
            held = next((text for text in texts if text in content or text in wide), None)
            if held is not None:
                found[path.relative_to(folder).as_posix()] = held
    return found


@pytest.mark.parametrize("leaks", [False, True])
def test_no_name_is_left_in_any_file_beside_the_plan_and_its_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaks: bool
) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)
    plan = write_demo(tmp_path / "inputs", households=300)
    texts = personal_texts(plan)
    assert len(texts) > 200
    work = tmp_path / "work"
    work.mkdir()
    save_plan(plan, work / "plan.shockplan", SECRET)
    person, out = tmp_path / "person", tmp_path / "out"
    places = {name: person / name for name in ("data", "config", "cache", "state", "tmp", "log", "run")}
    for place in places.values():
        place.mkdir(parents=True)
    places["run"].chmod(0o700)
    environment = os.environ | {
        "HOME": str(person),
        "TMPDIR": str(places["tmp"]),
        "XDG_DATA_HOME": str(places["data"]),
        "XDG_CONFIG_HOME": str(places["config"]),
        "XDG_CACHE_HOME": str(places["cache"]),
        "XDG_STATE_HOME": str(places["state"]),
        "XDG_RUNTIME_DIR": str(places["run"]),
        "SHOCKPLAN_LOG": str(places["log"]),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-m", "tests.ui.private_walk", str(work / "plan.shockplan"), SECRET, str(out)]
    process = subprocess.Popen(
        [*command, *(["leak"] if leaks else [])],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = [process.stdout.readline().split(), process.stdout.readline().split()]
    while_open = files_with(texts, person) | files_with(texts, work)
    process.communicate("\n", timeout=60)
    assert process.returncode == 0
    assert said[0][0] == "walked" and int(said[0][1]) > 20
    assert said[1] == ["told", "False"]  # the report of a crash
    assert any(places["log"].iterdir())
    assert len(files_with(texts, out)) > 5  # it is found where it is
    assert set(while_open) == ({"tmp/leak.txt"} if leaks else set())
    assert set(files_with(texts, person) | files_with(texts, work)) == set(while_open)
