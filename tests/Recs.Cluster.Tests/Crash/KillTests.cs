using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Crash;

/// <summary>
/// A silo is killed with SIGKILL at random moments under load. Clients repeat what was not acknowledged with the same
/// event ids, as real ones do; in the end every acknowledged event must have been counted exactly once.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    const int Items = 200;
    const int Clients = 6;
    const int EventsPerKill = 150;

    /// <summary>After as many slates a client deletes somebody.</summary>
    const int ForgottenEvery = 20;

    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("RECS_KILLS") ?? "20", CultureInfo.InvariantCulture);
    static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("RECS_SEED") ?? "7", CultureInfo.InvariantCulture);

    readonly ExpectedEdges _expected = new();
    volatile SiloProcess? _silo;
    int _retries;

    [Fact]
    public Task Every_acknowledged_event_is_counted_exactly_once_whenever_the_process_dies() => Survive(Kills, [], _ => Task.CompletedTask);

    /// <summary>With one partition the log alone says in which order everything was learned.</summary>
    [Fact]
    public Task The_neural_model_is_what_a_replay_of_the_log_gives_bit_for_bit_whenever_the_process_dies() => Survive(
        Math.Max(Kills / 4, 3),
        ["--Recs:Neural:Enabled=true", "--Recs:EventLog:Partitions=1", "--Recs:Neural:ViewersMax=30", "--Recs:Storage:SnapshotSeconds=1"],
        ReplayedModel.Compare);

    async Task Survive(int kills, string[] settings, Func<string, Task> compare)
    {
        output.WriteLine($"RECS_SEED={Seed} RECS_KILLS={Kills}");
        var random = new Random(Seed);
        using var storage = new TemporaryFolder();
        _silo = await SiloProcess.Start(storage.Path, settings);
        try
        {
            await PutItems(_silo.Http);
            using var stop = new CancellationTokenSource();
            var clients = Enumerable.Range(0, Clients).Select(client => Play(client, stop.Token)).ToArray();
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(random.Next(30, 700), TestContext.Current.CancellationToken);
                await _silo.Kill();
                await _silo.DisposeAsync();
                _silo = await SiloProcess.Start(storage.Path, settings);
            }

            await UntilLoaded(kills * EventsPerKill);
            await stop.CancelAsync();
            await Task.WhenAll(clients);
            await UntilApplied(_silo.Http);
            await _expected.Compare(_silo.Http);
            await _silo.Stop();
            Assert.Equal(0, await Commands.Recs("replay-log", "--storage", storage.Path));
            await compare(storage.Path);
        }
        finally
        {
            await _silo.DisposeAsync();
        }

        output.WriteLine($"{kills} kills, {_expected.Events} events acknowledged, {_retries} repeats, {_expected.Sums.Count} edges compared");
        Assert.True(_expected.Events > kills * 10, "the load must be real");
    }

    static async Task PutItems(HttpClient http)
    {
        var items = Enumerable.Range(0, Items).Select(item => new
        {
            id = $"i{item}",
            categories = new[] { $"c{item % 7}" },
            creator = $"m{item % 13}",
        });
        using var answer = await http.PutAsJsonAsync("/v1/items", items);
        answer.EnsureSuccessStatusCode();
    }

    async Task Play(int client, CancellationToken stop)
    {
        var random = new Random(Seed + 1000 + client);
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            using var slate = await Ask(HttpMethod.Post, "/v1/recommend", new { userId = $"u{random.Next(50)}", count = 5, filter = new { excludeSeen = false } });
            var id = slate.RootElement.GetProperty("decisionId").GetString()!;
            var items = slate.RootElement.GetProperty("items");
            if (items.GetArrayLength() == 0)
            {
                continue;
            }

            var clicked = items[random.Next(items.GetArrayLength())].GetProperty("id").GetString()!;
            using var decision = await Ask(HttpMethod.Get, $"/v1/decisions/{id}", null);
            object[] events =
            [
                new { eventId = $"{client}-{round}-i", type = "impression", decisionId = id },
                new { eventId = $"{client}-{round}-c", type = "click", decisionId = id, itemId = clicked },
            ];
            using var answer = await Ask(HttpMethod.Post, "/v1/events", events);
            Assert.Equal(2, answer.RootElement.GetProperty("accepted").GetInt32());
            _expected.Add(decision.RootElement, clicked);
            if (round % ForgottenEvery == 0)
            {
                using var forgotten = await Ask(HttpMethod.Delete, $"/v1/users/u{random.Next(50)}", null);
            }
        }
    }

    /// <summary>Asks until the silo of the moment answers with success.</summary>
    async Task<JsonDocument> Ask(HttpMethod method, string path, object? body)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
                using var answer = await _silo!.Http.SendAsync(request);
                if (answer.IsSuccessStatusCode || (method == HttpMethod.Delete && answer.StatusCode is HttpStatusCode.NotFound))
                {
                    return answer.StatusCode is HttpStatusCode.NoContent
                        ? JsonDocument.Parse("{}")
                        : JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
                }

                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            }
            catch (Exception reason) when (reason is HttpRequestException or OperationCanceledException or ObjectDisposedException or IOException)
            {
                // The silo died under the request: repeat it, as a client would.
            }

            Interlocked.Increment(ref _retries);
            await Task.Delay(20);
        }
    }

    /// <summary>On a busy machine little is acknowledged between two kills: the load goes on until there is something to compare.</summary>
    async Task UntilLoaded(int events)
    {
        for (var attempt = 0; attempt < 600 && _expected.Events < events; attempt++)
        {
            await Task.Delay(100);
        }
    }

    static async Task UntilApplied(HttpClient http)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            using var stats = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri("/v1/stats", UriKind.Relative)));
            if (stats.RootElement.GetProperty("events").GetProperty("pending").GetInt64() == 0)
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("The log was not applied within 10 s.");
    }
}
