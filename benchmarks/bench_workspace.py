"""Opening a plan file of the whole country, against a bare pandas.read_parquet of the same households.

Each in a process of its own, so that nothing is warm but the disk: first opening (every input read), then the
next ones (what was read is taken from the file), plain and encrypted; and what a change costs until it is on
the disk.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from shockplan.demo import write_demo, write_national_registry
from shockplan.document import Document, read_document
from shockplan.planfile_reading import parse_plan_file
from shockplan.planfile_writing import plan_file_text
from shockplan.workspace import open_workspace, save_plan

HOUSEHOLDS, SMALL_HOUSEHOLDS = 1_300_000, 130_000
SECRET = "a made-up secret"
CHANGES = 30


def national_plan(folder: Path, households: int) -> Path:
    """The demo's plan over a made-up registry of the whole country."""
    plan = write_demo(folder, households=300)
    write_national_registry(folder / "registry_made_up.csv", households)
    return plan


def opened(path: Path, passphrase: str) -> dict[str, float | str]:
    """Open a plan file as far as its inputs are ready for planning."""
    start, cpu = time.perf_counter(), time.process_time()
    workspace = open_workspace(path, passphrase or None, write=True)
    inputs = workspace.inputs()
    seconds, busy = time.perf_counter() - start, time.process_time() - cpu
    from shockplan.fingerprint import fingerprint_of

    workspace.close()
    return {"s": seconds, "cpu": busy, "rows": len(inputs.registry.households), "f": fingerprint_of(inputs)}


def bare(path: Path) -> dict[str, float]:
    """What pandas alone needs for the same households."""
    import pandas as pd

    start, cpu = time.perf_counter(), time.process_time()
    frame = pd.read_parquet(path)
    return {"s": time.perf_counter() - start, "cpu": time.process_time() - cpu, "rows": len(frame)}


def apart(what: str, *arguments: str) -> dict[str, float | str]:
    """The figures of one run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bench_workspace", what, *arguments]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float | str] = json.loads(made.stdout.splitlines()[-1])
    return answer


def changed(path: Path) -> list[float]:
    """Seconds from a change to its being on the disk, many times."""
    workspace = open_workspace(path, write=True)
    document, taken = workspace.document(), []
    for number in range(CHANGES):
        fit = document.spec.fit.model_copy(update={"step_kip": 1000 + number})
        text = plan_file_text(document.spec.model_copy(update={"fit": fit}))
        wanted = Document(parse_plan_file(text.encode(), path.name), document.contents)
        start = time.perf_counter()
        workspace.keep(wanted)
        taken.append(time.perf_counter() - start)
    workspace.close()
    return sorted(taken)


def run(small: bool) -> None:
    households = SMALL_HOUSEHOLDS if small else HOUSEHOLDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = national_plan(folder / "inputs", households)
        parquet = folder / "households.parquet"
        from shockplan.inputs import read_inputs

        inputs = read_inputs(plan)
        inputs.registry.households.to_parquet(parquet)
        size = (folder / "inputs" / "registry_made_up.csv").stat().st_size
        print(f"   {households:,} households, registry {size / 2**20:.0f} MB as CSV")
        for passphrase in ("", SECRET):
            path = folder / f"plan{len(passphrase)}.shockplan"
            start = time.perf_counter()
            save_plan(plan, path, passphrase or None)
            saved = time.perf_counter() - start
            first = apart("open", str(path), passphrase)
            again = min((apart("open", str(path), passphrase) for _ in range(3)), key=lambda one: one["s"])
            peer = min((apart("bare", str(parquet)) for _ in range(3)), key=lambda one: one["s"])
            ratio = float(again["s"]) / float(peer["s"])
            print(
                f"   {'sealed' if passphrase else 'plain':6} {path.stat().st_size / 2**20:.0f} MB, saved in"
                f" {saved:.1f} s, opened the first time in {first['s']:.2f} s, then in {again['s']:.2f} s"
                f" ({again['cpu']:.2f} s of processor)"
            )
            print(
                f"          bare pandas.read_parquet {peer['s']:.2f} s ({peer['cpu']:.2f} s): {ratio:.1f} x"
            )
            assert first["f"] == again["f"], "the fingerprint must not depend on what is kept"
        assert read_document(plan).spec.fit.step_kip
        taken = changed(folder / "plan0.shockplan")
        usual, most = taken[CHANGES // 2] * 1000, taken[-1] * 1000
        print(f"   a change is on the disk after {usual:.0f} ms, at most {most:.0f} ms")


if __name__ == "__main__":
    kind, path, *rest = sys.argv[1:]
    print(json.dumps(opened(Path(path), rest[0]) if kind == "open" else bare(Path(path))))
