-- The store of a cluster, version 1. Times are microseconds since 1970-01-01 UTC.
-- A migration that has been released is never edited: add the next number.

-- Where every partition of the log ends. The row is locked by whoever appends, so offsets have no gaps and a row is visible
-- only after all rows before it.
CREATE TABLE recs.log_partition (
    partition integer NOT NULL PRIMARY KEY,
    "offset"  bigint NOT NULL,
    at        bigint NOT NULL
) WITH (fillfactor = 10);

-- The event log: one row per partition and group commit of a silo.
CREATE TABLE recs.log_row (
    partition integer NOT NULL,
    "offset"  bigint NOT NULL,
    at        bigint NOT NULL,
    count     integer NOT NULL,
    payload   bytea NOT NULL,
    PRIMARY KEY (partition, "offset")
);
ALTER TABLE recs.log_row ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE INDEX log_row_at ON recs.log_row (partition, at, "offset");

-- Learning shards: who owns them, how much of the log they include, and their pages.
CREATE TABLE recs.shard (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind  text NOT NULL,
    shard integer NOT NULL,
    epoch bigint NOT NULL,
    UNIQUE (kind, shard)
);

CREATE TABLE recs.shard_position (
    shard_id  bigint NOT NULL REFERENCES recs.shard (id),
    partition integer NOT NULL,
    "offset"  bigint NOT NULL,
    PRIMARY KEY (shard_id, partition)
);

CREATE TABLE recs.shard_page (
    shard_id bigint NOT NULL REFERENCES recs.shard (id),
    page     bigint NOT NULL,
    payload  bytea NOT NULL,
    PRIMARY KEY (shard_id, page)
);

-- The catalogue. A row belongs to its id for ever, deleted or not.
CREATE TABLE recs.item (
    row     integer NOT NULL PRIMARY KEY,
    id      text NOT NULL UNIQUE,
    deleted boolean NOT NULL,
    payload bytea NOT NULL
);

CREATE TABLE recs.viewer (
    id       uuid NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    payload  bytea NOT NULL
);

CREATE TABLE recs.viewer_position (
    partition integer NOT NULL PRIMARY KEY,
    "offset"  bigint NOT NULL
);

-- Models: the file is written in chunks, and the version is visible once it is complete.
CREATE TABLE recs.model (
    version    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent     bigint REFERENCES recs.model (version),
    created_at bigint NOT NULL,
    manifest   text NOT NULL,
    bytes      bigint NOT NULL,
    complete   boolean NOT NULL
);

CREATE TABLE recs.model_chunk (
    version bigint NOT NULL REFERENCES recs.model (version),
    chunk   integer NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (version, chunk)
);
ALTER TABLE recs.model_chunk ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE TABLE recs.active_model (
    one     integer NOT NULL PRIMARY KEY CHECK (one = 1),
    version bigint NOT NULL REFERENCES recs.model (version)
);

-- Keys that sign decision tokens.
CREATE TABLE recs.token_key (
    id         integer NOT NULL PRIMARY KEY,
    key        bytea NOT NULL,
    created_at bigint NOT NULL
);
