"""What is freed goes back to the system on request, where the system's allocator can do that."""

import subprocess
import sys

import pytest

from shockplan.allocator import give_back, glibc, settle

CHILD = """
from pathlib import Path
from shockplan.allocator import give_back, settle

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

settle()
give_back()  # loads Arrow, so that it does not count
blocks = [bytes(3_000) for _ in range(40_000)]
last = blocks[-1]  # stands above all the others
del blocks
before = resident()
give_back()
print(before - resident())
"""


def test_freed_memory_is_given_back() -> None:
    if glibc() is None:
        settle()
        give_back()  # neither does anything, nor fails
        pytest.skip("no glibc here")
    run = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert int(run.stdout) >= 90  # MB of 114
