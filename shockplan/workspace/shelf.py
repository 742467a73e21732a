"""What was read from a workspace's inputs, kept in it, so that opening it again does not read them again.

A file from others could hold, beside an honest registry, a forged result of reading it. So what is kept
bears the seal (HMAC-SHA256) of a key that only this installation has: on another machine the inputs are read
anew, once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from platformdirs import user_data_path

from shockplan.boundaries import Boundaries
from shockplan.problems import InputError, Problem
from shockplan.registry.household import Registry
from shockplan.shocks.layer import AreaLayer, HazardLayer
from shockplan.workspace.codec import pieces_of, value_of
from shockplan.workspace.store import Store

KINDS: Mapping[str, Any] = {
    "registry": Registry,
    "hazard": HazardLayer,
    "area": AreaLayer,
    "boundaries": Boundaries,
    "problems": tuple[Problem, ...],
}
KEY_BYTES = 32


def kind_of(part: str, value: object) -> str | None:
    """How a part is kept, None where it is not: reading it again is as quick."""
    if part == "elsewhere":
        return "problems"
    if part == "boundaries" and isinstance(value, Boundaries):
        return None if value.schematic else "boundaries"
    if part == "registry" or part.startswith("layer "):
        return next(
            (
                name
                for name, kind in KINDS.items()
                if name != "problems" and isinstance(value, kind) and type(value) is kind
            ),
            None,
        )
    return None


class StoredShelf:
    """The shelf of one open file. `key`: of this installation."""

    def __init__(self, store: Store, key: bytes) -> None:
        self.store = store
        self.key = key

    def get(self, part: str, digest: str) -> object | None:
        rows = self.store.rows(
            "SELECT piece, sha256, seal FROM shelf WHERE part = ? AND digest = ? ORDER BY piece", part, digest
        )
        if not rows:
            return None
        listed = [(str(piece), str(sha256)) for piece, sha256, _ in rows]
        seal = self.seal(part, digest, listed)
        kind = listed[0][0].split(".")[0]
        if kind not in KINDS or not all(hmac.compare_digest(seal, str(row[2])) for row in rows):
            return None
        try:
            pieces = {piece: self.store.content(sha256) for piece, sha256 in listed}
            value: object = value_of(pieces, KINDS[kind], kind)
        except (InputError, ValueError, KeyError, TypeError, pa.ArrowException):
            return None  # damaged: the inputs themselves are still there
        return value

    def put(self, part: str, digest: str, value: object) -> None:
        """Keep a part, where the file may be written. That it cannot be kept is no fault of the plan."""
        kind = kind_of(part, value)
        if kind is None or not self.store.writable:
            return
        pieces = pieces_of(value, KINDS[kind], kind)
        try:
            with self.store.transaction():
                self.write(part, digest, pieces)
                self.store.sweep()
        except InputError:
            return

    def write(self, part: str, digest: str, pieces: Mapping[str, bytes]) -> None:
        """Put the pieces in place of those that the part had. In the caller's transaction."""
        kept = [
            (piece, self.store.put(content, packed=piece.endswith((".json", ".npy", ".wkb"))))
            for piece, content in sorted(pieces.items())
        ]
        seal = self.seal(part, digest, kept)
        self.store.connection.execute("DELETE FROM shelf WHERE part = ?", (part,))
        rows = [(part, digest, piece, sha256, seal) for piece, sha256 in kept]
        self.store.connection.executemany("INSERT INTO shelf VALUES (?, ?, ?, ?, ?)", rows)

    def seal(self, part: str, digest: str, pieces: list[tuple[str, str]]) -> str:
        text = "\n".join([part, digest, *(f"{piece} {sha256}" for piece, sha256 in pieces)])
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()


def installation_key(folder: Path | None = None) -> bytes:
    """The key of this person's installation, made the first time. Where it cannot be kept, one that lasts
    as long as the program runs.
    """
    place = (folder or user_data_path("ShockPlan", appauthor=False)) / "installation.key"
    try:
        kept = place.read_bytes()
        if len(kept) == KEY_BYTES:
            return kept
    except OSError:
        pass
    made = secrets.token_bytes(KEY_BYTES)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(made)
        place.chmod(0o600)
    except FileExistsError:
        return place.read_bytes()
    except OSError:
        return _KEY_OF_THIS_RUN
    return made


_KEY_OF_THIS_RUN = secrets.token_bytes(KEY_BYTES)
