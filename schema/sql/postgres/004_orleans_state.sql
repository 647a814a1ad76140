-- Orleans' grain storage and reminders, for grains that somebody adds: those of Recs keep their state in the tables above.
-- As with the table of silos, the statements' names, parameters and columns are Orleans' contract, the tables are ours.

CREATE TABLE recs.grain_state (
    service    text NOT NULL,
    type       text NOT NULL,
    n0         bigint NOT NULL,
    n1         bigint NOT NULL,
    extension  text NOT NULL, -- empty where a key has none
    version    integer NOT NULL,
    payload    bytea,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, type, n0, n1, extension)
);

CREATE TABLE recs.reminder (
    service    text NOT NULL,
    grain      text NOT NULL,
    name       text NOT NULL,
    grain_hash integer NOT NULL,
    start_time timestamptz NOT NULL,
    period     bigint NOT NULL,
    version    integer NOT NULL,
    PRIMARY KEY (service, grain, name)
);

CREATE INDEX reminder_by_hash ON recs.reminder (service, grain_hash);

INSERT INTO recs.orleansquery (querykey, querytext) VALUES
-- Whoever has read a version may write the next one; without a version only the first may write. Any other gets back the
-- version that it came with, which tells it that it was late.
('WriteToStorageKey', $sql$
    WITH changed AS (
        UPDATE recs.grain_state SET payload = @PayloadBinary, version = version + 1, changed_at = now()
        WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
          AND extension = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion::integer
        RETURNING version
    ), added AS (
        INSERT INTO recs.grain_state (service, type, n0, n1, extension, version, payload)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version
    )
    SELECT coalesce((SELECT version FROM changed), (SELECT version FROM added), @GrainStateVersion::integer) AS "NewGrainStateVersion"
$sql$),
('ReadFromStorageKey', $sql$
    SELECT payload AS "PayloadBinary", NULL::text AS "PayloadXml", NULL::text AS "PayloadJson", now() AS "ModifiedOn", version AS "Version"
    FROM recs.grain_state
    WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
      AND extension = coalesce(@GrainIdExtensionString, '')
$sql$),
('ClearStorageKey', $sql$
    UPDATE recs.grain_state SET payload = NULL, version = version + 1, changed_at = now()
    WHERE service = @ServiceId AND type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
      AND extension = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion::integer
    RETURNING version AS "NewGrainStateVersion"
$sql$),
('UpsertReminderRowKey', $sql$
    INSERT INTO recs.reminder AS known (service, grain, name, grain_hash, start_time, period, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
    ON CONFLICT (service, grain, name) DO UPDATE
        SET grain_hash = excluded.grain_hash, start_time = excluded.start_time, period = excluded.period, version = known.version + 1
    RETURNING version AS "Version"
$sql$),
('ReadReminderRowKey', $sql$
    SELECT grain AS "GrainId", name AS "ReminderName", start_time AS "StartTime", period AS "Period", version AS "Version"
    FROM recs.reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
$sql$),
('ReadReminderRowsKey', $sql$
    SELECT grain AS "GrainId", name AS "ReminderName", start_time AS "StartTime", period AS "Period", version AS "Version"
    FROM recs.reminder WHERE service = @ServiceId AND grain = @GrainId
$sql$),
-- A stretch of the ring, and one that goes over its end.
('ReadRangeRows1Key', $sql$
    SELECT grain AS "GrainId", name AS "ReminderName", start_time AS "StartTime", period AS "Period", version AS "Version"
    FROM recs.reminder WHERE service = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$sql$),
('ReadRangeRows2Key', $sql$
    SELECT grain AS "GrainId", name AS "ReminderName", start_time AS "StartTime", period AS "Period", version AS "Version"
    FROM recs.reminder WHERE service = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$sql$),
('DeleteReminderRowKey', $sql$
    WITH gone AS (
        DELETE FROM recs.reminder
        WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version
        RETURNING 1
    )
    SELECT count(*)::integer FROM gone
$sql$),
('DeleteReminderRowsKey', $sql$
    DELETE FROM recs.reminder WHERE service = @ServiceId
$sql$);
