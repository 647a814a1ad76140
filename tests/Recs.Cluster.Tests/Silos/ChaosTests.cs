using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>
/// Silos are killed and frozen and the database is stopped at random moments under load. Every acknowledged event must be
/// counted exactly once, and silos that live must go on recommending.
/// </summary>
/// <remarks>
/// RECS_ROUNDS, RECS_SEED, RECS_RECOMMENDS and RECS_EVENTS (a second) repeat a schedule or make it longer and heavier; CI runs
/// a short one. RECS_PARTITIONS is how many the Kafka log has.
/// </remarks>
public abstract class ChaosTests(ThreeSilos silos, ITestOutputHelper output)
{
    const double GoodShare = 0.995;

    static readonly int Rounds = Number("RECS_ROUNDS", 3);
    static readonly int Seed = Number("RECS_SEED", 7);
    static readonly int Recommends = Number("RECS_RECOMMENDS", 30);
    static readonly int Events = Number("RECS_EVENTS", 300);

    [Fact]
    public async Task Every_acknowledged_event_is_counted_once_and_living_silos_recommend_whatever_fails()
    {
        using var load = new ClusterLoad(silos, Seed, Recommends, Events / Recommends);
        var faults = new Faults(silos, Seed, what => output.WriteLine(what));
        using var control = new MachineControl();
        using var stop = new CancellationTokenSource();
        var since = Stopwatch.GetTimestamp();
        var running = Task.Run(() => load.Run(stop.Token), CancellationToken.None);
        for (var round = 0; round < Rounds; round++)
        {
            await faults.Round(round, TestContext.Current.CancellationToken);
        }

        await Task.Delay(2000, TestContext.Current.CancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(since);
        await stop.CancelAsync();
        await running;
        Judge(load, faults, control, elapsed);
        await UntilApplied();
        await load.Expected.Compare(silos[1].Http);
        for (var silo = 0; silo < 3; silo++)
        {
            await silos[silo].Stop();
        }

        Assert.Equal(0, await Commands.Recs(["replay-log", "--storage", silos.Database, .. silos.LogArguments]));
    }

    void Judge(ClusterLoad load, Faults faults, MachineControl control, TimeSpan elapsed)
    {
        var attempts = load.Balancer.Attempts.Where(attempt => attempt.Path == "/v1/recommend").ToArray();
        var good = attempts.Count(attempt => attempt.Status is System.Net.HttpStatusCode.OK);
        var silent = attempts.Count(attempt => attempt.Status is null);
        var bad = attempts.Where(attempt => attempt.Status is { } status && (int)status >= 500).Select(attempt => attempt.At).ToArray();
        var (waits, late) = (load.Waits.Select(slate => slate.Wait).Order().ToArray(), load.Late);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            RECS_SEED={Seed} RECS_ROUNDS={Rounds} RECS_RECOMMENDS={Recommends} RECS_EVENTS={Events}: {elapsed.TotalSeconds:f0} s
            {load.Expected.Events} events acknowledged ({load.Expected.Events / elapsed.TotalSeconds:f0}/s), {load.Expected.Sums.Count} edges
            {waits.Length} slates ({waits.Length / elapsed.TotalSeconds:f0}/s), {late.Count} after more than 2 s, p50 {waits[waits.Length / 2].TotalMilliseconds:f1} ms, p99 {waits[waits.Length * 99 / 100].TotalMilliseconds:f1} ms
            {attempts.Length} attempts: {good} answered 200, {bad.Length} with 5xx (the latest {Latest(bad, faults):f1} s after a fault), {silent} not answered
            """);
        output.WriteLine(line);
        foreach (var asked in late)
        {
            var before = faults.Happened.Where(fault => fault.At <= asked).ToArray();
            output.WriteLine(before.Length == 0 ? "late: asked before the first fault" : string.Create(
                CultureInfo.InvariantCulture, $"late: asked {Stopwatch.GetElapsedTime(before[^1].At, asked).TotalSeconds:f1} s after {before[^1].What}"));
        }

        foreach (var refusals in load.Balancer.Refusals.CountBy(refusal => refusal))
        {
            output.WriteLine($"{refusals.Value} x {refusals.Key}");
        }

        Assert.True(load.Expected.Events > Rounds * 100, "the load must be real");
        var slowness = control.Slowness;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the machine was {slowness:f1} times as slow as at its fastest"));
        Assert.True(late.Count <= waits.Length * (1 - GoodShare) * slowness, "at least 99.5 % of the recommends must be answered in time, on a machine of our own");
        Assert.True(good >= (attempts.Length - silent) * GoodShare, "at least 99.5 % of the answers must be 200");
        Assert.All(bad, at => Assert.True(
            faults.Happened.Any(fault => at >= fault.At && Stopwatch.GetElapsedTime(fault.At, at) <= fault.Limit * slowness),
            "no silo may fail to recommend for long after a fault"));
    }

    static double Latest(long[] bad, Faults faults) => bad
        .Select(at => faults.Happened.Where(fault => fault.At <= at).Select(fault => Stopwatch.GetElapsedTime(fault.At, at).TotalSeconds).DefaultIfEmpty(0).Min())
        .DefaultIfEmpty(0).Max();

    async Task UntilApplied()
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            using var stats = JsonDocument.Parse(await silos[0].Http.GetByteArrayAsync(new Uri("/v1/stats", UriKind.Relative)));
            if (stats.RootElement.GetProperty("events").GetProperty("pending").GetInt64() == 0)
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("The log was not applied within 30 s.");
    }

    static int Number(string variable, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
