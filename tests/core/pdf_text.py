"""What a reader of a PDF gets out of it: text by page, through pdftotext."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def page_texts(path: Path, *options: str) -> list[str]:
    """The text of each page, as copied out of it."""
    command = ["pdftotext", "-enc", "UTF-8", *(options or ("-raw",)), str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]
