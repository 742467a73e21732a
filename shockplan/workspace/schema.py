"""The tables of a .shockplan file, by version. A migration imports nothing of ours: it is SQL."""

APPLICATION_ID = 0x53_50_4C_4E  # "SPLN"
VERSION = 1

MIGRATIONS: tuple[str, ...] = (
    # 1: the first shape
    """
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
    """,
)
