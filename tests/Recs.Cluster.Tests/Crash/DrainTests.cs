using System.Net.Http.Json;
using System.Text.Json;

using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Crash;

/// <summary>A silo that is asked to stop (SIGTERM).</summary>
public sealed class DrainTests
{
    const int Rounds = 60;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_what_it_has_taken_and_leaves_nothing_that_a_restart_would_have_to_learn_again()
    {
        using var storage = new TemporaryFolder();

        // No shard writes by itself: whatever is durable in the end was written by the stop.
        await using var silo = await SiloProcess.Start(storage.Path, "--Recs:Storage:SnapshotSeconds=3600");
        using (var put = await silo.Http.PutAsJsonAsync("/v1/items", Enumerable.Range(0, 50).Select(item => new { id = $"i{item}" }), Cancel))
        {
            put.EnsureSuccessStatusCode();
        }

        var acknowledged = 0;
        var load = Task.Run(
            async () =>
            {
                for (var round = 0; ; round++)
                {
                    try
                    {
                        using var slate = await silo.Http.PostAsJsonAsync("/v1/recommend", new { userId = $"u{round}", count = 5 }, Cancel);
                        var decision = JsonDocument.Parse(await slate.Content.ReadAsByteArrayAsync(Cancel)).RootElement.GetProperty("decisionId").GetString();
                        using var taken = await silo.Http.PostAsJsonAsync("/v1/events", new[] { new { type = "impression", decisionId = decision } }, Cancel);
                        acknowledged += taken.IsSuccessStatusCode ? 1 : 0;
                    }
                    catch (Exception gone) when (gone is HttpRequestException or KeyNotFoundException)
                    {
                        return;
                    }
                }
            },
            Cancel);
        while (Volatile.Read(ref acknowledged) < Rounds)
        {
            await Task.Delay(20, Cancel);
        }

        await silo.Stop();
        await load;
        var report = Path.Combine(storage.Path, "replay.json");
        Assert.Equal(0, await Commands.Recs("replay-log", "--storage", storage.Path, "--json", report));
        using var replay = JsonDocument.Parse(await File.ReadAllBytesAsync(report, Cancel));
        Assert.True(replay.RootElement.GetProperty("events").GetInt64() >= acknowledged);
        Assert.Equal(0, replay.RootElement.GetProperty("afterSnapshot").GetInt64());
    }
}
