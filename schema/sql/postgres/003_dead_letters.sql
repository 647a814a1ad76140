-- What came through the log's topic and could not be taken, each part of a message once. Old ones go when there are too many.
CREATE TABLE recs.dead_letter_row (
    id        bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition integer NOT NULL,
    "offset"  bigint NOT NULL,
    part      integer NOT NULL,
    at        bigint NOT NULL,
    reason    text NOT NULL,
    payload   bytea NOT NULL,
    UNIQUE (partition, "offset", part)
);

CREATE VIEW recs.dead_letter AS
SELECT partition, "offset", part, to_timestamp(at / 1000000.0) AS at, reason, encode(payload, 'escape') AS text
FROM recs.dead_letter_row;
