"""The tables of a .shockplan file, by version.

A migration imports nothing of ours: it is SQL and the standard library, and an example of every old version
stays in the tests (tests/core/workspaces).
"""

import hashlib
import json
import re
import tomllib
from functools import cache
from typing import Any

import apsw

APPLICATION_ID = 0x53_50_4C_4E  # "SPLN"
VERSION = 2

FIRST = """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE blob (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,          -- of the content before compression
        packed BLOB NOT NULL            -- zlib
    ) STRICT;
    CREATE TABLE input (
        position INTEGER PRIMARY KEY,   -- the order in which the fingerprint takes them
        key TEXT NOT NULL UNIQUE,       -- key path of PLAN.toml
        name TEXT NOT NULL,             -- file name as the person knows it
        sha256 TEXT NOT NULL,           -- of the file, or of its parts together
        size INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE input_part (
        key TEXT NOT NULL REFERENCES input (key),
        part TEXT NOT NULL,             -- '' the file; '*.dbf' a companion; 'a/b' inside a folder
        sha256 TEXT NOT NULL REFERENCES blob (sha256),
        PRIMARY KEY (key, part)
    ) STRICT;
    """

SECOND = """
    CREATE TABLE content (
        sha256 TEXT PRIMARY KEY,        -- of the bytes, which never change
        size INTEGER NOT NULL,
        coding TEXT NOT NULL            -- zlib or plain
    ) STRICT;
    CREATE TABLE chunk (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL REFERENCES content (sha256) DEFERRABLE INITIALLY DEFERRED,
        number INTEGER NOT NULL,        -- 0, 1, ... in the order of the bytes
        packed BLOB NOT NULL,
        UNIQUE (sha256, number)
    ) STRICT;
    CREATE TABLE file (
        name TEXT PRIMARY KEY,          -- as the plan file names it: inputs/registry.csv
        sha256 TEXT NOT NULL,           -- of the file, or of the hashes of its parts together
        size INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE file_part (
        name TEXT NOT NULL REFERENCES file (name) DEFERRABLE INITIALLY DEFERRED,
        part TEXT NOT NULL,             -- '' the file; '*.dbf' a companion; 'a/b' inside a folder
        sha256 TEXT NOT NULL,           -- of the content; after a purge the content may be gone
        PRIMARY KEY (name, part)
    ) STRICT;
    CREATE TABLE document (
        kind TEXT NOT NULL,             -- now, version (an approved one) or scenario
        name TEXT NOT NULL,             -- '' for now; the version's number; the scenario's name
        plan TEXT NOT NULL,             -- PLAN.toml
        contents TEXT NOT NULL,         -- JSON: decision key -> SHA-256
        fingerprint TEXT NOT NULL,      -- of the plan that was made of it, '' not made yet
        totals TEXT NOT NULL,           -- JSON: the summary of that plan, '' not made yet
        at TEXT NOT NULL,
        PRIMARY KEY (kind, name)
    ) STRICT;
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY,     -- 1, 2, 3 ... without a gap
        at TEXT NOT NULL,               -- UTC
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        place TEXT NOT NULL,            -- key path
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        document TEXT NOT NULL,         -- digest of the document after it
        hash TEXT NOT NULL              -- over the hash before it and all of this row
    ) STRICT;
    CREATE TABLE approval (
        public_key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        approver TEXT NOT NULL,
        signed_on TEXT NOT NULL,
        audit_head TEXT NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (public_key, fingerprint)
    ) STRICT;
    CREATE TABLE shelf (
        part TEXT NOT NULL,             -- what was read: registry, layer 1, ...
        digest TEXT NOT NULL,           -- of what it was read from, and by which program
        piece TEXT NOT NULL,            -- households.parquet, rest.json, ...
        sha256 TEXT NOT NULL,
        seal TEXT NOT NULL,             -- MAC with the key of the installation that read it
        PRIMARY KEY (part, piece)
    ) STRICT;
    CREATE TABLE total (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT;
    INSERT INTO content SELECT sha256, size, 'zlib' FROM blob;
    INSERT INTO chunk (sha256, number, packed) SELECT sha256, 0, packed FROM blob;
    """

SECOND_AFTER = """
    DROP TABLE input_part;
    DROP TABLE input;
    DROP TABLE blob;
    DELETE FROM setting WHERE name = 'plan';
    """

DECISION_KEYS = {
    "decisions.verify": "verify",
    "decisions.duplicates": "duplicates",
    "decisions.removals": "removals",
    "decisions.places": "places",
    "decisions.delivery": "delivery",
    "registry.corrections": "corrections",
}
"""What version 1 knew as decision files."""


def migrate(connection: apsw.Connection, version: int) -> None:
    """Bring the tables from that version (0: an empty file) to the present one. The caller's transaction."""
    if version < 1:
        connection.execute(FIRST)
    if version < 2:
        connection.execute(SECOND)
        take_plan_over(connection)
        connection.execute(SECOND_AFTER)


def take_plan_over(connection: apsw.Connection) -> None:
    """Version 1 kept the plan as a setting and decision files among the inputs."""
    row = connection.execute("SELECT value FROM setting WHERE name = 'plan'").fetchone()
    if row is None:
        return
    tables = tomllib.loads(str(row[0]))
    contents: dict[str, str] = {}
    inputs = connection.execute("SELECT key, sha256, size FROM input ORDER BY position").fetchall()
    for key, sha256, size in inputs:
        if key in DECISION_KEYS:
            contents[DECISION_KEYS[key]] = str(sha256)
            continue
        name = named(tables, str(key))
        connection.execute("INSERT OR IGNORE INTO file VALUES (?, ?, ?)", (name, sha256, size))
        connection.execute(
            "INSERT OR IGNORE INTO file_part SELECT ?, part, sha256 FROM input_part WHERE key = ?",
            (name, key),
        )
    listed = json.dumps(contents, sort_keys=True)
    connection.execute("INSERT INTO document VALUES ('now', '', ?, ?, '', '', '')", (str(row[0]), listed))


def named(tables: dict[str, Any], key: str) -> str:
    """The file name that stands in PLAN.toml at a key path such as layers[2].file."""
    place: Any = tables
    for name, number in re.findall(r"([a-z_]+)|\[(\d+)\]", key):
        place = place[name] if name else place[int(number) - 1]
    return str(place)


@cache
def expected_schema(version: int) -> str:
    """A digest of every table, index, view and trigger that a file of this version has."""
    connection = apsw.Connection(":memory:")
    try:
        if version == 1:
            connection.execute(FIRST)
        else:
            migrate(connection, 0)
        return schema_of(connection)
    finally:
        connection.close()


def schema_of(connection: apsw.Connection) -> str:
    """A digest of the schema as it stands in the file, whatever is in it."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    return hashlib.sha256(json.dumps(sorted(map(str, rows))).encode()).hexdigest()
