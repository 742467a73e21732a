"""Where the real input files for tests lie; they are never part of this repository."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of real files (shared/data) is not here"
)
