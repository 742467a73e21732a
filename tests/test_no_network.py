"""Nothing leaves the machine: the main job and the window run where no socket can be opened."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent

AUDIT = """
import os, sys

def see(event, args):
    if event == "socket.__new__" or event in ("socket.connect", "socket.bind", "socket.getaddrinfo"):
        sys.stderr.write("a socket was opened: " + event + "\\n")
        sys.stderr.flush()
        os._exit(77)

sys.addaudithook(see)
"""

SECCOMP = """
import ctypes, struct

# the kernel ends the process at socket(AF_INET or AF_INET6), whichever library asks
def line(code, jt, jf, k):
    return struct.pack("HBBI", code, jt, jf, k)

program = b"".join((
    line(0x20, 0, 0, 0),          # the number of the call
    line(0x15, 0, 4, 41),         # socket() on x86-64, else allow
    line(0x20, 0, 0, 16),         # its first argument, the family
    line(0x15, 1, 0, 2),          # AF_INET
    line(0x15, 0, 1, 10),         # AF_INET6
    line(0x06, 0, 0, 0x80000000), # end the process
    line(0x06, 0, 0, 0x7FFF0000), # allow
))
keep = ctypes.create_string_buffer(program)

class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_void_p)]

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
if libc.prctl(22, 2, ctypes.byref(Filter(7, ctypes.addressof(keep)))) != 0:
    raise SystemExit(78)
"""

JOB = """
sys.argv = ["shockplan", *sys.argv[1:]]
from ui.__main__ import main
main()
"""


def run(script: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "SHOCKPLAN_LOG": "off"}
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=HERE, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_hook_sees_a_socket(tmp_path: Path) -> None:
    assert run(AUDIT + "import socket; socket.socket()", tmp_path).returncode == 77


@pytest.mark.skipif(
    not (sys.platform.startswith("linux") and platform.machine() == "x86_64"),
    reason="the kernel's filter is written for Linux on x86-64",
)
def test_the_kernel_ends_whoever_opens_an_internet_socket(tmp_path: Path) -> None:
    done = run(SECCOMP + "import socket; socket.socket(socket.AF_INET)", tmp_path)
    if done.returncode == 78:
        pytest.skip("this kernel takes no filter")
    assert done.returncode < 0
    local = run(SECCOMP + "import socket; socket.socket(socket.AF_UNIX)", tmp_path)
    assert local.returncode == 0


@pytest.mark.slow  # the whole selftest: eight seconds of work
def test_the_main_job_and_the_window_open_no_socket(tmp_path: Path) -> None:
    filtered = sys.platform.startswith("linux") and platform.machine() == "x86_64"
    if filtered and run(SECCOMP, tmp_path).returncode == 78:
        filtered = False
    done = run(AUDIT + (SECCOMP if filtered else "") + JOB, tmp_path, "selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   window" in done.stdout and "ok   demo plan" in done.stdout
