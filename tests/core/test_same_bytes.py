"""Law 7: same inputs, same bytes, whatever the machine's language, time zone, clock or hash seed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shockplan.demo import write_demo
from shockplan.outputs.manifest import read_manifest
from shockplan.outputs.staging import MANIFEST

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = """
import sys
from pathlib import Path
from shockplan.inputs import read_inputs
from shockplan.outputs.writing import write_outputs
from shockplan.plan import make_plan
write_outputs(make_plan(read_inputs(Path(sys.argv[1]))), Path(sys.argv[2]), lambda *given: None)
"""
MACHINES = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"},
    {
        "LC_ALL": "lo_LA.UTF-8",
        "LANG": "lo_LA.UTF-8",
        "TZ": "Asia/Vientiane",
        "PYTHONHASHSEED": "2",
        "USER": "else",
    },
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    plan_file = write_demo(tmp_path_factory.mktemp("demo"), households=400)
    made = []
    for number, machine in enumerate(MACHINES):
        out = tmp_path_factory.mktemp(f"machine {number}") / "ຜົນ out"
        subprocess.run(
            [sys.executable, "-c", RUN, str(plan_file), str(out)],
            check=True,
            cwd=ROOT,
            env={**os.environ, **machine},
        )
        made.append(out)
    return made


def test_two_machines_write_the_same_files_byte_by_byte(folders: list[Path]):
    one, two = (
        {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        for out in folders
    )
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_every_kind_of_output_is_among_them(folders: list[Path]):
    names = [file.name for file in read_manifest(folders[0] / MANIFEST).files]
    for ending in (".pdf", ".xlsx", ".csv", ".gpkg", ".json", ".txt"):
        assert any(name.endswith(ending) for name in names), ending
