"""The fault-injection report: at how many random instants work was cut off, and what was lost."""

import tempfile
from pathlib import Path

from shockplan.demo import write_demo
from shockplan.workspace import save_plan, sealing
from tests.core.losses import SECRET
from tests.core.test_nothing_lost import FULL, QUICK, WORKLOADS


def run(small: bool) -> None:
    counts, kib = QUICK if small else FULL, sealing.KIB
    instants = lost = unopened = 0
    sealing.KIB = 64  # the passphrase is stretched hundreds of times here
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            plan = write_demo(folder, households=30)
            for secret in ("", SECRET):
                path = folder / f"plan{len(secret)}.shockplan"
                save_plan(plan, path, secret)
                for kind, workload in WORKLOADS.items():
                    report = workload(path, secret, counts[kind], folder / "cut", 19)
                    print(f"   {'encrypted' if secret else 'plain':9} {report}", flush=True)
                    instants += report.instants
                    lost += report.lost
                    unopened += report.unopened
    finally:
        sealing.KIB = kib
    print(f"   in all: {instants} instants, {lost} kept changes lost, {unopened} files that did not open")
