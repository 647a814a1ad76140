-- What came through the log's topic and could not be taken, each part of a message once. Old ones go when there are too many.
CREATE TABLE dead_letter (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    partition INTEGER NOT NULL,
    "offset"  INTEGER NOT NULL,
    part      INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    payload   BLOB NOT NULL,
    UNIQUE (partition, "offset", part)
);
