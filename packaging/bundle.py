"""Build the bundle, say the bytes of each part, and let it test itself where people will keep it.

.venv/bin/python packaging/bundle.py            make bundle
.venv/bin/python packaging/bundle.py --kept     test the bundle that is there, without building
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
DIST = HERE / "dist"
PROGRAM = "shockplan.exe" if os.name == "nt" else "shockplan"
LAO_FOLDER = "ແຜນ ຮັບມື ໄພພິບັດ"
GOAL = 350_000_000


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def build() -> None:
    """PyInstaller's one folder, dist/shockplan."""
    command = [sys.executable, "-m", "PyInstaller", "build.spec", "--noconfirm", "--log-level", "WARN"]
    start = time.monotonic()
    subprocess.run(command, cwd=HERE, check=True)
    say(f"built in {time.monotonic() - start:.0f} s")


def say_sizes(folder: Path) -> None:
    """The bytes of each part; links count nothing."""
    parts: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            inside = path.relative_to(folder).parts
            part = inside[1] if inside[0] == "_internal" and len(inside) > 1 else inside[0]
            parts[
                part if (folder / "_internal" / part).is_dir() or part == PROGRAM else "single libraries"
            ] += path.stat().st_size
    for part, size in parts.most_common():
        if size > 1_000_000:
            say(f"{size:13,}  {part}")
    total = sum(parts.values())
    small = sum(size for size in parts.values() if size <= 1_000_000)
    say(f"{small:13,}  everything else\n{total:13,}  together (goal {GOAL:,})")


def selftest(program: Path, where: str, **variables: str) -> None:
    """Run the bundle's own test from an empty folder, with nothing of this Python in reach."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in ("SYSTEMROOT", "TEMP", "TMP", "LANG", "LC_ALL") or name.startswith("XDG_")
    }
    environment |= {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", **variables}
    with tempfile.TemporaryDirectory() as home:
        environment |= {"HOME": home, "USERPROFILE": home, "LOCALAPPDATA": home}
        start = time.monotonic()
        done = subprocess.run(
            [program, "selftest"], cwd=home, env=environment, capture_output=True, check=False
        )
    say(f"-- selftest {where}: {time.monotonic() - start:.1f} s, exit code {done.returncode}")
    say(done.stdout.decode("utf-8", "replace").rstrip())
    if done.returncode:
        say(done.stderr.decode("utf-8", "replace"))
        sys.exit(1)


def read_only(folder: Path, may_write: bool) -> None:
    """Take away or give back the right to write anywhere in a folder."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IWUSR if may_write else mode & ~0o222)


def main() -> None:
    if "--kept" not in sys.argv:
        build()
    bundle = DIST / "shockplan"
    say_sizes(bundle)
    selftest(bundle / PROGRAM, "as built")
    moved = DIST / LAO_FOLDER / "shockplan 1"
    moved.parent.mkdir(exist_ok=True)
    bundle.rename(moved)
    read_only(moved, may_write=False)
    try:
        selftest(moved / PROGRAM, "from a folder with Lao letters and spaces that may not be written")
    finally:
        read_only(moved, may_write=True)
        moved.rename(bundle)
        shutil.rmtree(moved.parent)


if __name__ == "__main__":
    main()
