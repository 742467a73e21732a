"""Run every benchmark and print its ratios: BENCH_SMALL=1 for the short ones. Never fails on time.

Each runs in a process of its own, so that what it says of memory is its own too.
"""

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

SMALL = os.environ.get("BENCH_SMALL") == "1"


def main() -> int:
    """`python -m benchmarks [NAME...]`: all of them, or those named, one process each."""
    wanted = sys.argv[1:]
    names = [path.stem.removeprefix("bench_") for path in sorted(Path(__file__).parent.glob("bench_*.py"))]
    if len(wanted) == 1:
        return measure(wanted[0])
    command = [sys.executable, "-m", "benchmarks"]
    codes = [subprocess.call([*command, name]) for name in names if not wanted or name in wanted]
    return 1 if any(codes) else 0


def measure(name: str) -> int:
    """One benchmark: `bench_<name>.run(small: bool) -> None` prints what it measured."""
    print(f"== bench_{name}", flush=True)
    start = time.perf_counter()
    importlib.import_module(f"benchmarks.bench_{name}").run(SMALL)
    print(f"   ({time.perf_counter() - start:.1f} s in all)\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
