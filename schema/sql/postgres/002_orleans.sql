-- The table by which silos find each other. Orleans reads the statements it runs from "orleansquery": their names, the names
-- of their parameters and of the columns they return are its contract, everything else is ours.

CREATE TABLE recs.member_version (
    cluster text NOT NULL PRIMARY KEY,
    version integer NOT NULL
);

CREATE TABLE recs.member (
    cluster       text NOT NULL REFERENCES recs.member_version (cluster) ON DELETE CASCADE,
    address       text NOT NULL,
    port          integer NOT NULL,
    generation    integer NOT NULL,
    silo          text NOT NULL,
    host          text NOT NULL,
    status        integer NOT NULL,
    proxy_port    integer NOT NULL,
    suspect_times text,
    started_at    timestamptz NOT NULL,
    alive_at      timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

CREATE TABLE recs.orleansquery (
    querykey  text NOT NULL PRIMARY KEY,
    querytext text NOT NULL
);

INSERT INTO recs.orleansquery (querykey, querytext) VALUES
('GatewaysQueryKey', $sql$
    SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation"
    FROM recs.member WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0
$sql$),
-- A cluster without this silo still answers with its version.
('MembershipReadRowKey', $sql$
    SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo AS "SiloName", m.host AS "HostName",
           m.status AS "Status", m.proxy_port AS "ProxyPort", m.suspect_times AS "SuspectTimes", m.started_at AS "StartTime",
           m.alive_at AS "IAmAliveTime", v.version AS "Version"
    FROM recs.member_version v
    LEFT JOIN recs.member m
        ON m.cluster = v.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.cluster = @DeploymentId
$sql$),
('MembershipReadAllKey', $sql$
    SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo AS "SiloName", m.host AS "HostName",
           m.status AS "Status", m.proxy_port AS "ProxyPort", m.suspect_times AS "SuspectTimes", m.started_at AS "StartTime",
           m.alive_at AS "IAmAliveTime", v.version AS "Version"
    FROM recs.member_version v LEFT JOIN recs.member m ON m.cluster = v.cluster
    WHERE v.cluster = @DeploymentId
$sql$),
('InsertMembershipVersionKey', $sql$
    WITH added AS (
        INSERT INTO recs.member_version (cluster, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT count(*) > 0 FROM added
$sql$),
-- The version's row is locked by its update, so a writer that lost the race finds another version and changes nothing.
('InsertMembershipKey', $sql$
    WITH moved AS (
        UPDATE recs.member_version v SET version = v.version + 1
        WHERE v.cluster = @DeploymentId AND v.version = @Version AND NOT EXISTS (
            SELECT 1 FROM recs.member m
            WHERE m.cluster = v.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING v.cluster
    ), added AS (
        INSERT INTO recs.member (
            cluster, address, port, generation, silo, host, status, proxy_port, started_at, alive_at)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM moved
        RETURNING 1
    )
    SELECT count(*) > 0 FROM added
$sql$),
('UpdateMembershipKey', $sql$
    WITH moved AS (
        UPDATE recs.member_version v SET version = v.version + 1
        WHERE v.cluster = @DeploymentId AND v.version = @Version AND EXISTS (
            SELECT 1 FROM recs.member m
            WHERE m.cluster = v.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING v.cluster
    ), changed AS (
        UPDATE recs.member m
        SET status = @Status, suspect_times = @SuspectTimes, alive_at = greatest(m.alive_at, @IAmAliveTime)
        FROM moved
        WHERE m.cluster = moved.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1
    )
    SELECT count(*) > 0 FROM changed
$sql$),
('UpdateIAmAlivetimeKey', $sql$
    UPDATE recs.member SET alive_at = greatest(alive_at, @IAmAliveTime)
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$sql$),
('DeleteMembershipTableEntriesKey', $sql$
    DELETE FROM recs.member_version WHERE cluster = @DeploymentId
$sql$),
-- Status 6 is dead; a silo that somebody still suspects is left for its successor to judge.
('CleanupDefunctSiloEntriesKey', $sql$
    DELETE FROM recs.member
    WHERE cluster = @DeploymentId AND status = 6 AND alive_at < @IAmAliveTime AND started_at < @IAmAliveTime
$sql$),
('CleanupDefunctSiloEntryKey', $sql$
    DELETE FROM recs.member
    WHERE cluster = @DeploymentId AND status = 6 AND address = @Address AND port = @Port AND generation = @Generation
      AND alive_at = @IAmAliveTime AND started_at = @StartTime AND coalesce(suspect_times, '') = coalesce(@SuspectTimes, '')
$sql$);
