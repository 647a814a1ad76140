using Recs.Client;
using Recs.Cluster.Tests.Loop;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Damage;

/// <summary>A store as a silo left it that was stopped, and as one left it that was killed; both have learned the same.</summary>
public sealed class WholeStores : IAsyncLifetime
{
    const int Items = 40;

    readonly TemporaryFolder _clean = new();
    readonly TemporaryFolder _killed = new();

    /// <summary>What has been learned.</summary>
    public Dictionary<string, double> Sums { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using var storage = new TemporaryFolder();
        await using (var silo = await SiloProcess.Start(storage.Path, "--Recs:Storage:SnapshotSeconds=1"))
        {
            using var client = new RecsClient(silo.Http);
            _ = await PutItems(client);
            await Play(client, 40);
            _ = await Commands.Trainer("retrain", "--storage", storage.Path);
            using var promoted = await silo.Http.PostAsync(new Uri("/v1/models/2/promote?force=true", UriKind.Relative), null);
            Assert.True(promoted.IsSuccessStatusCode);
            await Play(client, 40);

            // Long enough for the file beside the database, and for snapshots that are not all there is.
            await Task.Delay(1200, TestContext.Current.CancellationToken);
            await Play(client, 5);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            await silo.Kill();
        }

        Copy(storage.Path, _killed.Path);
        await using var last = await SiloProcess.Start(storage.Path);
        using var reader = new RecsClient(last.Http);
        Sums = await SumsOf(reader);
        await last.Stop();
        Copy(storage.Path, _clean.Path);
    }

    /// <summary>Puts the catalogue.</summary>
    public static Task<UpsertResponse> PutItems(RecsClient client) =>
        client.UpsertItemsAsync(Enumerable.Range(0, Items).Select(n => new ItemDocument { Id = $"i{n}", Categories = [$"c{n % 5}"] }));

    /// <summary>Plays viewers who click, until all is learned.</summary>
    public static async Task Play(RecsClient client, int slates)
    {
        for (var n = 0; n < slates; n++)
        {
            var slate = await client.RecommendAsync(new RecommendRequest { UserId = $"u{n % 7}", Count = 5, Filter = new RecommendFilter { ExcludeSeen = false } });
            _ = await client.SendEventsAsync(
            [
                new FeedbackEvent { Type = "impression", DecisionId = slate.DecisionId },
                .. slate.Items.Take(1 + (n % 3)).Select(item => new FeedbackEvent { Type = "click", DecisionId = slate.DecisionId, ItemId = item.Id }),
            ]);
        }

        await ServedSilo.Until(async () => await client.GetStatsAsync() is { Events.Pending: 0 });
    }

    /// <summary>Copies one of them.</summary>
    public void CopyTo(string folder, bool isKilled) => Copy(isKilled ? _killed.Path : _clean.Path, folder);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _clean.Dispose();
        _killed.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What has been learned of every item.</summary>
    public static async Task<Dictionary<string, double>> SumsOf(RecsClient client)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var n = 0; n < Items; n++)
        {
            foreach (var edge in (await client.GetEdgesAsync($"i{n}"))?.Edges ?? [])
            {
                sums[$"i{n} {edge.Cluster} d"] = edge.D;
                sums[$"i{n} {edge.Cluster} b"] = edge.B;
            }
        }

        return sums;
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
