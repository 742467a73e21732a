"""Set the project up on a bare machine and run one of its jobs: run, test, quick, bench, setup.

Standard library only, and written so that an old Python can still read it and say what is missing.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
WINDOWS = os.name == "nt"
BIN = os.path.join(VENV, "Scripts" if WINDOWS else "bin")
VENV_PYTHON = os.path.join(BIN, "python.exe" if WINDOWS else "python")
STAMP = os.path.join(VENV, "installed.txt")

# What Qt loads at run time, by shared library, and the Debian package that brings it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libexpat.so.1": "libexpat1",
    "libstdc++.so.6": "libstdc++6",
}
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "pdftotext": "poppler-utils"}


def stop(sentence):
    sys.stdout.flush()
    sys.stderr.write(sentence + "\n")
    sys.exit(2)


def check_system():
    """Refuse, in a sentence, what the program cannot run on."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        stop(
            "ShockPlan needs Python 3.11, 3.12 or 3.13; this is {0}. Install one of them and run it with "
            "'make PYTHON=python3.11 ...' (Windows: 'py -3.11 bootstrap.py ...').".format(
                platform.python_version()
            )
        )
    if WINDOWS and sys.getwindowsversion().build < 17763:
        stop("ShockPlan needs Windows 10 version 1809 or newer; update Windows first.")
    name, version = platform.libc_ver()
    if name == "glibc" and tuple(int(n) for n in version.split(".")[:2]) < (2, 28):
        stop("ShockPlan needs a Linux with glibc 2.28 or newer (2018); this one has {0}.".format(version))


def can_load(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages, why):
    """Install Debian packages where that is possible, else print the exact command and stop."""
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends"] + sorted(packages)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if shutil.which("apt-get") is None:
        stop("Missing for {0}: {1} (names of Debian packages). Install them and run again.".format(
            why, " ".join(sorted(packages))))
    if not is_root:
        stop("Missing for {0}. Type this, then run again:\n  sudo {1}".format(why, " ".join(command)))
    print("Installing for {0}: {1}".format(why, " ".join(sorted(packages))), flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    quiet = {"stdout": subprocess.DEVNULL, "env": environment}
    subprocess.call(["apt-get", "update", "-qq"], **quiet)
    if subprocess.call(command, **quiet) != 0:
        stop("The installation failed. Type this, read what it says, then run again:\n  " + " ".join(command))


def system_libraries(for_tests):
    if not sys.platform.startswith("linux"):
        return
    install_packages(
        {package for library, package in QT_LIBRARIES.items() if not can_load(library)}, "the window (Qt)"
    )
    if for_tests:
        install_packages(
            {package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None},
            "the tests",
        )


def wanted_stamp():
    digest = hashlib.sha256(sys.version.encode())
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(HERE, name), "rb") as file:
            digest.update(file.read())
    digest.update(HERE.encode())
    return digest.hexdigest()


def read_stamp():
    try:
        with open(STAMP) as file:
            return file.read()
    except OSError:
        return ""


def make_environment():
    """The virtual environment with every dependency pinned and its hash checked."""
    if read_stamp() == wanted_stamp():
        return
    try:
        import ensurepip  # noqa: F401  (Debian ships Python without it)
    except ImportError:
        version = "{0}.{1}".format(*sys.version_info[:2])
        install_packages({"python{0}-venv".format(version)}, "the virtual environment")
    print("Setting up .venv (the first time: a minute or two, about 1 GB on disk)", flush=True)
    subprocess.check_call([sys.executable, "-m", "venv", "--clear", VENV])
    pip = [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
    try:
        subprocess.check_call(
            pip
            + ["--require-hashes", "--only-binary", ":all:", "-r"]
            + [os.path.join(HERE, "requirements.lock")]
        )
        subprocess.check_call(pip + ["--no-deps", "--no-build-isolation", "-e", HERE])
    except subprocess.CalledProcessError:
        stop("The packages of requirements.lock could not be installed. Is there a network? Run again.")
    with open(STAMP, "w") as file:
        file.write(wanted_stamp())


def call(*arguments, **extra):
    """Run a program of the environment from the project's folder; return its exit code."""
    environment = dict(os.environ, PYTHONUTF8="1", **extra)
    return subprocess.call([os.path.join(BIN, arguments[0])] + list(arguments[1:]), cwd=HERE, env=environment)


def run():
    system_libraries(for_tests=False)
    return call("shockplan", "demo", "--out", os.path.join("out", "demo"), "--window")


def checks():
    """Lint, types and import contracts; all are run, so that one round shows every fault."""
    failed = []
    for name, command in (
        ("ruff", ("ruff", "check", ".")),
        ("mypy", ("mypy",)),
        ("import-linter", ("lint-imports",)),
    ):
        print("== " + name, flush=True)
        if call(*command) != 0:
            failed.append(name)
    return failed


def test(*pytest_arguments):
    system_libraries(for_tests=True)
    failed = checks()
    print("== pytest", flush=True)
    cores = str(max(1, min(4, os.cpu_count() or 1)))
    code = call(
        "python", "-m", "pytest", "-q", "-n", cores, *pytest_arguments, QT_QPA_PLATFORM="offscreen"
    )
    if failed:
        sys.stderr.write("Failed before the tests: {0} (see above).\n".format(", ".join(failed)))
    return code or (1 if failed else 0)


def bench():
    system_libraries(for_tests=True)
    return call("python", "-m", "benchmarks", QT_QPA_PLATFORM="offscreen")


def main():
    job = sys.argv[1] if len(sys.argv) > 1 else "run"
    check_system()
    if job not in ("run", "test", "quick", "bench", "setup"):
        stop("Say one of: python bootstrap.py run | test | quick | bench | setup")
    make_environment()
    if job == "setup":
        system_libraries(for_tests=True)
        return 0
    if job == "quick":
        return test("-m", "not slow")
    return {"run": run, "test": test, "bench": bench}[job]()


if __name__ == "__main__":
    sys.exit(main())
