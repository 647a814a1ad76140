-- The embedded store, version 1. Times are microseconds since 1970-01-01 UTC.
-- A migration that has been released is never edited: add the next number.

-- Facts about the file itself, as in the number of partitions.
CREATE TABLE store (
    key   TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The event log: one row per partition and group commit. Partition and offset share the row id, so that an append touches
-- the end of one b-tree and nothing else: position = partition * 2^40 + offset, offsets start at 1.
CREATE TABLE log_row (
    position INTEGER NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    payload  BLOB NOT NULL
) STRICT;

CREATE VIEW log AS
SELECT position >> 40 AS partition, position & 0xFFFFFFFFFF AS offset, at, count, length(payload) AS bytes
FROM log_row;

-- Learning shards: who owns them, how much of the log they include, and their pages.
CREATE TABLE shard (
    id    INTEGER NOT NULL PRIMARY KEY,
    kind  TEXT NOT NULL,
    shard INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    UNIQUE (kind, shard)
) STRICT;

CREATE TABLE shard_position (
    shard_id  INTEGER NOT NULL REFERENCES shard (id),
    partition INTEGER NOT NULL,
    offset    INTEGER NOT NULL,
    PRIMARY KEY (shard_id, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE shard_page (
    shard_id INTEGER NOT NULL REFERENCES shard (id),
    page     INTEGER NOT NULL,
    payload  BLOB NOT NULL,
    PRIMARY KEY (shard_id, page)
) STRICT;

-- The catalogue. A row belongs to its id for ever, deleted or not.
CREATE TABLE item (
    row     INTEGER NOT NULL PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    deleted INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE TABLE viewer (
    id      BLOB NOT NULL PRIMARY KEY,
    payload BLOB NOT NULL
) STRICT;

CREATE TABLE viewer_position (
    partition INTEGER NOT NULL PRIMARY KEY,
    offset    INTEGER NOT NULL
) STRICT;

-- Models: the file is written in chunks, and the version is visible once it is complete.
CREATE TABLE model (
    version    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    parent     INTEGER REFERENCES model (version),
    created_at INTEGER NOT NULL,
    manifest   TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    complete   INTEGER NOT NULL
) STRICT;

CREATE TABLE model_chunk (
    version INTEGER NOT NULL REFERENCES model (version),
    chunk   INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (version, chunk)
) STRICT;

CREATE TABLE active_model (
    only    INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    version INTEGER NOT NULL REFERENCES model (version)
) STRICT;

-- Keys that sign decision tokens.
CREATE TABLE token_key (
    id         INTEGER NOT NULL PRIMARY KEY,
    key        BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
