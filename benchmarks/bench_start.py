"""Starting: until the window can be used, and the memory with the demo open, offscreen.

Wanted: at most 2.5 s from a cold start to the usable window, and 400 MB resident on the demo. Beside them, in
the same run: a bare PySide6 window, and a bare `import geopandas`. The bundle is measured where `make bundle`
has made one. Cold means that the system has forgotten the files, which only root can ask for on Linux.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from shockplan.demo import write_demo

BUNDLE = Path(__file__).resolve().parent.parent / "dist" / "shockplan" / "shockplan"
PATIENCE_S = 60
BARE_WINDOW = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([]); label = QLabel("bare"); label.show()
QTimer.singleShot(0, lambda: print("window_shown", flush=True)); app.exec()
"""
BARE_GEOPANDAS = "import geopandas, time; print('imported', flush=True); time.sleep(60)"


def run(small: bool) -> None:
    turns = 1 if small else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = write_demo(folder / "demo")
        ways: list[tuple[str, Sequence[str | Path], str]] = [
            ("bare PySide6 window", [sys.executable, "-c", BARE_WINDOW], "window_shown"),
            ("bare import geopandas", [sys.executable, "-c", BARE_GEOPANDAS], "imported"),
            ("window", [sys.executable, "-m", "ui"], "window_shown"),
            ("window with the demo's plan", [sys.executable, "-m", "ui", "open", plan], "plan_shown"),
        ]
        if BUNDLE.exists():
            ways.append(("bundle: window", [BUNDLE], "window_shown"))
            ways.append(("bundle: window with the demo's plan", [BUNDLE, "open", plan], "plan_shown"))
        else:
            print("   no bundle in dist/: make bundle makes one to measure")
        for label, command, sign in ways:
            cold = forget_files()
            home = Path(tempfile.mkdtemp(dir=folder))
            first = started(command, sign, home)
            warm = [started(command, sign, home) for _ in range(turns)]
            seconds, megabytes = median(each[0] for each in warm), max(each[1] for each in warm)
            said = f"cold {first[0]:.2f} s, " if cold else ""
            print(f"   {label:38} {said}warm {seconds:.2f} s, {megabytes:.0f} MB resident")


def forget_files() -> bool:
    """Let the system drop what it keeps of files; False where it may not be asked."""
    try:
        subprocess.run(["sync"], check=False)
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return False
    return True


def started(command: Sequence[str | Path], sign: str, home: Path) -> tuple[float, float]:
    """(seconds until the sign is given, on stdout or in the log; MB resident then)."""
    log = Path(tempfile.mkdtemp(dir=home))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SHOCKPLAN_LOG": str(log), "HOME": str(home)}
    said = log / "stdout"
    with said.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.DEVNULL)
        try:
            wait(
                lambda: any(
                    sign in path.read_text("utf-8") for path in (said, log / "shockplan.log") if path.exists()
                )
            )
            seconds = time.perf_counter() - start
            return seconds, resident(process.pid)
        finally:
            process.kill()
            process.wait()


def wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


def resident(pid: int) -> float:
    """MB of memory that a process holds, where the system says (Linux); else not a number."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))
