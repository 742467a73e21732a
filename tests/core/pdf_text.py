"""What a reader of a PDF gets out of it: text by page, through pdftotext."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def page_texts(path: Path, *options: str) -> list[str]:
    """The text of each page, as copied out of it."""
    command = ["pdftotext", "-enc", "UTF-8", *(options or ("-raw",)), str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def page_pictures(path: Path, folder: Path, dpi: int) -> list[NDArray[np.uint8]]:
    """Each page as a grey picture, as a scanner sees it."""
    command = ["pdftoppm", "-gray", "-r", str(dpi), str(path), str(folder / f"{path.stem}-{dpi}")]
    subprocess.run(command, capture_output=True, check=True)
    return [np.asarray(Image.open(file)) for file in sorted(folder.glob(f"{path.stem}-{dpi}-*.pgm"))]
