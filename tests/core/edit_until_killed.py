"""For each line of standard input (file, passphrase, seconds) a process that edits until it is killed.

Prints the number of the last edit that it had acknowledged. Forks, so that each process is there at once.
"""

import os
import sys
import time
from pathlib import Path

from shockplan.workspace import open_workspace, sealing
from tests.core.losses import KILL, edit


def edit_forever(path: Path, passphrase: str, say: int) -> None:
    workspace = open_workspace(path, passphrase, write=True)
    document = workspace.document()
    for number in range(1, 10_000):
        document = edit(document, number)
        workspace.keep(document, "decided")
        os.write(say, number.to_bytes(4, "big"))


def main() -> None:
    sealing.KIB = 64  # the files that are edited were made so
    for line in sys.stdin:
        path, passphrase, seconds = line.rstrip("\n").split("\t")
        hear, say = os.pipe()
        child = os.fork()
        if child == 0:
            edit_forever(Path(path), passphrase, say)
            os._exit(0)
        os.close(say)
        said = os.read(hear, 4)  # it is at work
        time.sleep(float(seconds))
        os.kill(child, KILL)
        os.waitpid(child, 0)
        while piece := os.read(hear, 65536):
            said += piece
        os.close(hear)
        sys.stdout.write(f"{int.from_bytes(said[-4:], 'big')}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
