"""Run every benchmark and print its ratios: BENCH_SMALL=1 for the short ones. Never fails on time."""

import importlib
import os
import sys
import time
import traceback
from pathlib import Path

SMALL = os.environ.get("BENCH_SMALL") == "1"


def main() -> int:
    """Each bench_*.py has `run(small: bool) -> None` that prints what it measured."""
    failed = 0
    wanted = sys.argv[1:]
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if wanted and path.stem.removeprefix("bench_") not in wanted:
            continue
        print(f"== {path.stem}", flush=True)
        start = time.perf_counter()
        try:
            importlib.import_module(f"benchmarks.{path.stem}").run(SMALL)
        except Exception:  # noqa: BLE001 - one broken benchmark must not hide the others
            traceback.print_exc()
            failed += 1
        print(f"   ({time.perf_counter() - start:.1f} s in all)\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
