"""Reading the national registry against a bare read of the same file, each in a process of its own.

Time and peak memory of: CSV against pandas.read_csv, Parquet against pandas.read_parquet, XLSX against
python-calamine into a DataFrame; fuzzy duplicates of 131,072 households; how soon a cancel is obeyed.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import python_calamine
import xlsxwriter

from shockplan.allocator import ARROW, settle
from shockplan.areas import load_gazetteer
from shockplan.demo import write_national_registry
from shockplan.planfile import RegistrySpec
from shockplan.progress import Cancelled, Progress, silent
from shockplan.registry.duplicates import find_duplicates
from shockplan.registry.household import Registry
from shockplan.registry.reading import read_registry

HOUSEHOLDS, XLSX_ROWS = 1_300_000, 1_000_000
SMALL_HOUSEHOLDS, SMALL_XLSX_ROWS = 130_000, 50_000
UPLOAD = 131_072
ENOUGH_COLUMNS = 12  # of the XLSX: an extract for a list


def write_workbook(source: Path, path: Path, rows: int) -> None:
    """The first columns of the registry as XLSX, a chunk at a time."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, place = book.add_worksheet("Households"), 1
        for chunk in pd.read_csv(source, dtype="str", chunksize=50_000, keep_default_na=False):
            if place == 1:
                sheet.write_row(0, 0, list(chunk.columns[:ENOUGH_COLUMNS]))
            for row in chunk.iloc[: rows + 1 - place, :ENOUGH_COLUMNS].itertuples(index=False):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(place, column, text)
                place += 1
            if place > rows:
                return


def bare(path: Path) -> int:
    """The rows of a bare read of the file."""
    if path.suffix == ".csv":
        return len(pd.read_csv(path))
    if path.suffix == ".parquet":
        return len(pd.read_parquet(path))
    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return len(pd.DataFrame(rows[1:], columns=rows[0]))


def ours(path: Path) -> int:
    settle()  # as the program does at its start
    registry = read_with(path, silent)
    assert registry.rows_read == len(registry.households) + len(registry.rejected)
    return registry.rows_read


def duplicates(path: Path) -> int:
    """Fuzzy duplicates of as many households as a peer takes in one upload."""
    registry = read_with(path, silent)
    start = time.perf_counter()
    found = find_duplicates(registry.households.iloc[:UPLOAD].reset_index(drop=True))
    print(f"seconds {time.perf_counter() - start:.2f} of {len(found.pairs)} pairs")
    return min(UPLOAD, len(registry.households))


def cancel(path: Path) -> int:
    """How long reading goes on, at most, between two questions whether to stop; and how soon a cancel at
    a quarter, half and three quarters of the time is obeyed."""
    begun = time.perf_counter()
    asked, waits = [begun], []

    def ask(share: float) -> None:
        waits.append((time.perf_counter() - asked[-1], share))
        asked.append(time.perf_counter())

    read_with(path, ask)
    whole = time.perf_counter() - begun
    waits.sort(reverse=True)
    print("longest waits:", ", ".join(f"{wait:.2f} s before {share:.2f}" for wait, share in waits[:4]))
    delays = [obeyed_after(path, whole * share) for share in (0.25, 0.5, 0.75)]
    print("a cancel was obeyed after", ", ".join(f"{delay:.2f} s" for delay in delays), "(goal 0.5)")
    return len(waits)


def obeyed_after(path: Path, moment: float) -> float:
    """Seconds from a cancel, `moment` seconds into the reading, to its end; 0 where it was done before."""
    wished = time.perf_counter() + moment

    def stop(_share: float) -> None:
        if time.perf_counter() >= wished:
            raise Cancelled

    try:  # only the reading is stopped; what it had begun ends unseen
        read_with(path, stop)
    except Cancelled:
        return time.perf_counter() - wished
    return 0.0


def read_with(path: Path, progress: Progress) -> Registry:
    return read_registry(path, RegistrySpec(file=path.name), load_gazetteer(), None, path.parent, progress)


def peak_memory() -> float:
    """MB at most in use by this process; where the system keeps it per program, without the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="ignore").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


JOBS = {"bare": bare, "ours": ours, "duplicates": duplicates, "cancel": cancel}


def measured(job: str, path: Path) -> tuple[float, float, float]:
    """(seconds, seconds of processor, peak MB) of a job in a process of its own; its lines are shown."""
    command = [sys.executable, "-m", "benchmarks.bench_registry", job, str(path)]
    environment = os.environ | ({} if job == "bare" else ARROW)
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    lines = run.stdout.splitlines()
    for line in lines[:-1]:
        print(f"    {line}")
    seconds, processor, peak = (float(text) for text in lines[-1].split())
    return seconds, processor, peak


def compare(path: Path, runs: int) -> None:
    """Our reading as a ratio to the bare one, the best of so many runs each, in turns."""
    pairs = [(measured("bare", path), measured("ours", path)) for _ in range(runs)]
    (bare_s, bare_cpu, bare_mb), (our_s, our_cpu, our_mb) = (
        np.min([pair[which] for pair in pairs], axis=0).tolist() for which in (0, 1)
    )
    size = path.stat().st_size / 2**20
    print(f"{path.suffix[1:]:8} {size:7.0f} MB   bare {bare_s:6.2f} s {bare_mb:6.0f} MB", end="   ")
    print(f"ours {our_s:6.2f} s {our_mb:6.0f} MB   ratio {our_s / bare_s:5.2f} (goal 4)", end="")
    print(f", of processor time {our_cpu / bare_cpu:5.2f}", flush=True)


def run(small: bool) -> None:
    households = SMALL_HOUSEHOLDS if small else HOUSEHOLDS
    rows = SMALL_XLSX_ROWS if small else XLSX_ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"registry: {households:,} households (XLSX: {rows:,} rows of {ENOUGH_COLUMNS} columns)")
        for suffix in ("csv", "parquet"):
            write_national_registry(folder / f"national.{suffix}", households)
            compare(folder / f"national.{suffix}", 1 if small else 5)
        write_workbook(folder / "national.csv", folder / "national.xlsx", rows)
        compare(folder / "national.xlsx", 1)
        seconds, _, _ = measured("duplicates", folder / "national.csv")
        print(f"fuzzy duplicates of {UPLOAD:,} households, with reading: {seconds:.1f} s (a peer: 180 s)")
        for suffix in ("csv", "xlsx"):
            measured("cancel", folder / f"national.{suffix}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        started, worked = time.perf_counter(), time.process_time()
        JOBS[sys.argv[1]](Path(sys.argv[2]))
        print(time.perf_counter() - started, time.process_time() - worked, peak_memory())
    else:
        run(small=False)
