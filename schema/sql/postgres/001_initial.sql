-- The store of a cluster, version 1. Times are microseconds since 1970-01-01 UTC, as in the embedded store.
-- A migration that has been released is never edited: add the next number.
-- Payloads are stored EXTERNAL: out of line and not compressed, for most of them do not get smaller.

-- The schema may have been made beforehand, for a role that may not make one.
DO $$
BEGIN
    IF to_regnamespace('recs') IS NULL THEN
        CREATE SCHEMA recs;
    END IF;
END
$$;

CREATE TABLE recs.schema_version (
    version    integer NOT NULL PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- The event log: one row per partition and group commit. An append updates its partition's row first and keeps it locked
-- until it commits, so offsets have no gaps and become visible in their order, whoever writes.
-- The free space of a page is for the next versions of its rows: no index has to change.
CREATE TABLE recs.log_partition (
    partition   integer NOT NULL PRIMARY KEY,
    last_offset bigint NOT NULL,
    last_at     bigint NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE recs.log_row (
    partition integer NOT NULL,
    "offset"  bigint NOT NULL,
    at        bigint NOT NULL,
    count     integer NOT NULL,
    payload   bytea NOT NULL,
    PRIMARY KEY (partition, "offset")
);

ALTER TABLE recs.log_row ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE VIEW recs.log AS
SELECT partition, "offset", to_timestamp(at / 1000000.0) AS at, count, length(payload) AS bytes
FROM recs.log_row;

-- Learning shards: who owns them, how much of the log they include, and their pages.
CREATE TABLE recs.shard (
    id    bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind  text COLLATE "C" NOT NULL,
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

ALTER TABLE recs.shard_page ALTER COLUMN payload SET STORAGE EXTERNAL;

-- The catalogue. A row belongs to its id for ever, deleted or not.
CREATE TABLE recs.item (
    row     integer NOT NULL PRIMARY KEY,
    id      text COLLATE "C" NOT NULL UNIQUE,
    deleted boolean NOT NULL,
    payload bytea NOT NULL
);

-- The items of one of 16 shards (or 32, 48, ...), in order.
CREATE INDEX item_by_shard ON recs.item ((row % 16), row);

-- Of two writes of a viewer the one with the higher revision stays. A viewer with an empty payload is forgotten.
CREATE TABLE recs.viewer (
    id       uuid NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    payload  bytea NOT NULL
);

CREATE TABLE recs.viewer_position (
    partition integer NOT NULL PRIMARY KEY,
    "offset"  bigint NOT NULL
);

-- Models: a version and its chunks of 1 MiB are written in one transaction.
CREATE TABLE recs.model (
    version    bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent     bigint REFERENCES recs.model (version),
    created_at bigint NOT NULL,
    manifest   text NOT NULL,
    bytes      bigint NOT NULL
);

CREATE TABLE recs.model_chunk (
    version bigint NOT NULL REFERENCES recs.model (version),
    chunk   integer NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (version, chunk)
);

ALTER TABLE recs.model_chunk ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE TABLE recs.active_model (
    only_row integer NOT NULL PRIMARY KEY CHECK (only_row = 1),
    version  bigint NOT NULL REFERENCES recs.model (version)
);

-- Keys that sign decision tokens.
CREATE TABLE recs.token_key (
    id         integer NOT NULL PRIMARY KEY,
    key        bytea NOT NULL,
    created_at bigint NOT NULL
);
