using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

using Npgsql;
using Recs.Client;

using Recs.Cluster.Tests.Loop;
using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>What must never happen when a silo stands still or the database is away.</summary>
[Collection(typeof(WholeMachine))]
public sealed class FaultTests(ThreeSilos silos, ITestOutputHelper output) : IClassFixture<ThreeSilos>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silo_that_was_given_up_and_goes_on_cannot_write()
    {
        using var load = new ClusterLoad(silos, seed: 3, recommends: 40, eventsPerSlate: 6);
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => load.Run(stop.Token), Cancel);
        // Shards find their homes once the silos have been the same for a while.
        await Task.Delay(8000, Cancel);
        var zombie = silos[2];
        var frozenAt = Stopwatch.GetTimestamp();
        await zombie.Freeze();
        await ServedSilo.Until(async () => await GivenUp() > 0, TimeSpan.FromSeconds(60));
        // A shard that others have taken over is one that it must not write.
        await Task.Delay(TimeSpan.FromSeconds(5), Cancel);
        output.WriteLine($"taken over, and thawed after {Stopwatch.GetElapsedTime(frozenAt).TotalSeconds:f1} s");
        await using (await LockMembers())
        {
            // It cannot learn yet that it was given up.
            await zombie.Thaw();
            await ServedSilo.Until(async () => await Metrics.Total(zombie.Http, "recs_shard_fenced_writes_total") > 0);
            output.WriteLine($"{await Metrics.Total(zombie.Http, "recs_shard_fenced_writes_total")} writes of the thawed silo were refused");
        }

        await ServedSilo.Until(() => Task.FromResult(zombie.HasEnded));
        await silos.Replace(2);
        await stop.CancelAsync();
        await running;
        await ServedSilo.Until(async () => await Pending() == 0);
        await load.Expected.Compare(silos[0].Http);
        // Every shard writes what it has within a snapshot's interval.
        await Task.Delay(3000, Cancel);
        Assert.Equal(0, await Commands.Recs("replay-log", "--storage", silos.Database));
    }

    [Fact]
    public async Task Without_the_database_slates_go_on_and_events_are_refused_and_all_recovers()
    {
        await silos.Server.StopAsync();
        var since = Stopwatch.GetTimestamp();
        var (slates, refusals) = (0, 0);
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(6))
        {
            foreach (var silo in (int[])[0, 1, 2])
            {
                using var slate = await silos[silo].Http.PostAsJsonAsync("/v1/recommend", new { userId = $"new{slates}", count = 5 }, Cancel);
                Assert.Equal(HttpStatusCode.OK, slate.StatusCode);
                slates++;
                using var events = await silos[silo].Http.PostAsJsonAsync(
                    "/v1/events", new[] { new { eventId = "while-away", type = "click", userId = "stays", itemId = "i1" } }, Cancel);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, events.StatusCode);
                Assert.True(events.Headers.RetryAfter?.Delta > TimeSpan.Zero);
                refusals++;
            }
        }

        await silos.Server.RestartAsync();
        await ServedSilo.Until(async () =>
        {
            using var again = await silos[1].Http.PostAsJsonAsync(
                "/v1/events", new[] { new { eventId = "while-away", type = "click", userId = "stays", itemId = "i1" } }, Cancel);
            return again.StatusCode == HttpStatusCode.Accepted;
        });
        await ServedSilo.Until(async () => await Pending() == 0);
        output.WriteLine($"{slates} slates and {refusals} refusals while the database was away");
        await Task.Delay(3000, Cancel);
        Assert.Equal(0, await Commands.Recs("replay-log", "--storage", silos.Database));
    }

    async Task<long> GivenUp()
    {
        await using var connection = new NpgsqlConnection(silos.Database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM recs.member WHERE status = 6", connection);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    /// <summary>Holds up whoever looks at the table of silos, until disposed of.</summary>
    async Task<NpgsqlConnection> LockMembers()
    {
        var connection = new NpgsqlConnection(silos.Database + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE recs.member IN ACCESS EXCLUSIVE MODE", connection);
        _ = await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    async Task<long> Pending()
    {
        try
        {
            return (await silos.ClientOf(0).GetStatsAsync(Cancel)).Events.Pending;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or RecsException { Status: 503 })
        {
            return -1;
        }
    }
}
