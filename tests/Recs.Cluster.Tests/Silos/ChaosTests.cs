using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Recs.Cluster.Tests.Crash;
using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>
/// Silos are killed and frozen and the database is stopped at random moments under load. Every acknowledged event must be
/// counted exactly once, and silos that live must go on recommending.
/// </summary>
/// <remarks>RECS_ROUNDS and RECS_SEED repeat a schedule or make it longer; CI runs a short one.</remarks>
public sealed class ChaosTests(ThreeSilos silos, ITestOutputHelper output) : IClassFixture<ThreeSilos>
{
    const int Clients = 6;

    static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("RECS_ROUNDS") ?? "4", CultureInfo.InvariantCulture);
    static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("RECS_SEED") ?? "7", CultureInfo.InvariantCulture);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    readonly ExpectedEdges _expected = new();
    readonly ConcurrentQueue<(long At, HttpStatusCode Status)> _recommends = [];
    readonly ConcurrentQueue<long> _faults = [];
    int _unreached;
    int _frozen = -1;

    [Fact]
    public async Task Every_acknowledged_event_is_counted_once_and_living_silos_recommend_whatever_fails()
    {
        var random = new Random(Seed);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Play(client, stop.Token)).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(random.Next(500, 2500), TestContext.Current.CancellationToken);
            await Fail(random, isDatabase: round % 5 == 2);
        }

        await Task.Delay(2000, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        await Report();
        await UntilApplied();
        await _expected.Compare(silos[1].Http);
        for (var silo = 0; silo < 3; silo++)
        {
            await silos[silo].Stop();
        }

        Assert.Equal(0, await Commands.Recs("replay-log", "--storage", silos.Database));
    }

    async Task Fail(Random random, bool isDatabase)
    {
        var silo = random.Next(3);
        var isKill = random.Next(2) == 0;
        _faults.Enqueue(Stopwatch.GetTimestamp());
        if (isDatabase)
        {
            output.WriteLine("the database stops for 3 s");
            await silos.Server.StopAsync();
            await Task.Delay(3000);
            await silos.Server.RestartAsync();
        }
        else if (isKill)
        {
            output.WriteLine($"silo {silo} is killed");
            await silos[silo].Kill();
            await Task.Delay(random.Next(500, 2000));
            await silos.Replace(silo);
        }
        else
        {
            var frozen = random.Next(1000, 9000);
            output.WriteLine($"silo {silo} is frozen for {frozen} ms");
            _frozen = silo;
            await silos[silo].Freeze();
            await Task.Delay(frozen);
            await silos[silo].Thaw();
            _frozen = -1;
            // A silo that was given up ends by itself once it learns of it.
            await Task.Delay(3000);
            if (silos[silo].HasEnded)
            {
                output.WriteLine($"silo {silo} had been given up and ended");
                await silos.Replace(silo);
            }
        }

        _faults.Enqueue(Stopwatch.GetTimestamp());
    }

    async Task Play(int client, CancellationToken stop)
    {
        var random = new Random(Seed + 1000 + client);
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            using var slate = await Ask(random, HttpMethod.Post, "/v1/recommend", new { userId = $"u{random.Next(50)}", count = 5, filter = new { excludeSeen = false } });
            var id = slate.RootElement.GetProperty("decisionId").GetString()!;
            var items = slate.RootElement.GetProperty("items");
            if (items.GetArrayLength() == 0)
            {
                continue;
            }

            var clicked = items[random.Next(items.GetArrayLength())].GetProperty("id").GetString()!;
            using var decision = await Ask(random, HttpMethod.Get, $"/v1/decisions/{id}", null);
            object[] events =
            [
                new { eventId = $"{client}-{round}-i", type = "impression", decisionId = id },
                new { eventId = $"{client}-{round}-c", type = "click", decisionId = id, itemId = clicked },
            ];
            using var answer = await Ask(random, HttpMethod.Post, "/v1/events", events);
            Assert.Equal(2, answer.RootElement.GetProperty("accepted").GetInt32());
            _expected.Add(decision.RootElement, clicked);
        }
    }

    /// <summary>Asks one silo after the other, as behind a balancer, until one answers with success.</summary>
    async Task<JsonDocument> Ask(Random random, HttpMethod method, string path, object? body)
    {
        while (true)
        {
            var silo = random.Next(3);
            if (silo == _frozen)
            {
                continue;
            }

            try
            {
                using var patience = new CancellationTokenSource(Patience);
                using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
                using var answer = await silos[silo].Http.SendAsync(request, patience.Token);
                if (path == "/v1/recommend")
                {
                    _recommends.Enqueue((Stopwatch.GetTimestamp(), answer.StatusCode));
                }

                if (answer.IsSuccessStatusCode)
                {
                    return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(CancellationToken.None));
                }
            }
            catch (Exception reason) when (reason is HttpRequestException or OperationCanceledException or ObjectDisposedException or IOException)
            {
                _ = Interlocked.Increment(ref _unreached);
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    async Task Report()
    {
        var bad = _recommends.Where(answer => answer.Status != HttpStatusCode.OK).ToArray();
        var worst = bad.Length == 0 ? 0 : bad.Max(answer => Stopwatch.GetElapsedTime(_faults.Where(at => at <= answer.At).DefaultIfEmpty(answer.At).Max(), answer.At).TotalSeconds);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"RECS_SEED={Seed} RECS_ROUNDS={Rounds}: {_recommends.Count} recommends answered, {bad.Length} not with 200 (the latest {worst:f1} s after a fault), {_unreached} requests not answered; {_expected.Events} events acknowledged, {_expected.Sums.Count} edges"));
        await Task.Yield();
        Assert.True(_expected.Events > Rounds * 50, "the load must be real");
        Assert.True(bad.Length <= _recommends.Count * 0.005, "at least 99.5 % of the recommends must be answered with 200");
        Assert.True(worst < 5, "no silo that lives may fail to recommend for long");
    }

    async Task UntilApplied()
    {
        for (var attempt = 0; attempt < 400; attempt++)
        {
            using var stats = JsonDocument.Parse(await silos[0].Http.GetByteArrayAsync(new Uri("/v1/stats", UriKind.Relative)));
            if (stats.RootElement.GetProperty("events").GetProperty("pending").GetInt64() == 0)
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("The log was not applied within 20 s.");
    }
}
