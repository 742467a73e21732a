"""Runs first in the bundle: one folder of PROJ data for the three libraries that read coordinates."""

import os
import sys
from pathlib import Path

data = str(Path(sys._MEIPASS) / "pyogrio" / "proj_data")  # type: ignore[attr-defined]  # set by PyInstaller
os.environ["PROJ_DATA"] = data
os.environ["PROJ_LIB"] = data  # what PROJ before 9.1 reads
os.environ["PROJ_NETWORK"] = "OFF"
