using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Recs.Cli.ReplayLog;
using Recs.Grains.Telemetry;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Folding;
using Recs.Storage.Retention;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary>A store with traffic, learning shards and a clock.</summary>
sealed class RetentionWorld : IDisposable
{
    public const int Partitions = 2;

    readonly ServiceProvider _services;
    LiveShards? _live;

    RetentionWorld(IStore store, FakeTimeProvider time, ulong seed)
    {
        (Store, Time) = (store, time);
        _services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(time).AddSingleton<RecsMetrics>().BuildServiceProvider();
        Traffic = new FeedbackTraffic(store.EventLog, time, seed);
    }

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IStore Store { get; }

    public FakeTimeProvider Time { get; }

    public FeedbackTraffic Traffic { get; }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static RetentionWorld Of(IStore store, FakeTimeProvider time, ulong seed) => new(store, time, seed);

    public static (RetentionWorld World, MemoryStore Store) InMemory(ulong seed)
    {
        var time = new FakeTimeProvider(Start);
        var store = new MemoryStore(Partitions, time);
        return (new RetentionWorld(store, time, seed), store);
    }

    /// <summary>The shards that run; started when nothing runs.</summary>
    public async Task<LiveShards> Live() =>
        _live ??= await LiveShards.Start(Store, _services.GetRequiredService<RecsMetrics>(), Time, Cancel);

    /// <summary>Ends the shards without making anything durable.</summary>
    public void Kill()
    {
        _live?.Dispose();
        _live = null;
    }

    /// <summary>Traffic of some days, added and made durable.</summary>
    public async Task Play(double days)
    {
        await Traffic.Run(TimeSpan.FromDays(days), Cancel);
        var live = await Live();
        await live.Follow(Cancel);
        await live.Flush(() => true, Cancel);
    }

    public Task<RetentionResult> Retain(double days, LogArchive? archive = null) => Retain(Store, days, archive);

    public Task<RetentionResult> Retain(IStore store, double days, LogArchive? archive = null, double stepDays = 0) =>
        new LogRetention(store.EventLog, store.Snapshots, store.Viewers, archive, Time).RunAsync(
            new RetentionOptions { Age = TimeSpan.FromDays(days), Step = TimeSpan.FromDays(stepDays) }, Cancel);

    /// <summary>The proof finds nothing.</summary>
    public static async Task<ReplayReport> RequireProof(IStore store)
    {
        var report = await LogReplay.Run(store, Cancel);
        Assert.True(report.Differences == 0, string.Join('\n', report.First));
        return report;
    }

    /// <summary>The stored shards hold the fold of every row that was ever appended, from the first.</summary>
    public static async Task RequireTruth(IStore store, Func<int, IReadOnlyList<LogBatch>> ever)
    {
        var truth = new ReplayedStatistics();
        Array.Fill(truth.EdgesTake, true);
        Array.Fill(truth.ItemsTake, true);
        for (var partition = 0; partition < Partitions; partition++)
        {
            var fold = new LogFold(partition, LogWindow.DecisionAge);
            foreach (var row in ever(partition))
            {
                fold.Fold(row, truth);
            }
        }

        var edges = await Entries<EdgeEntry>(store, SnapshotPages.Edges, SnapshotPages.EdgeShards);
        Assert.Equal(
            truth.Edges.Select(edge => ((long)edge.Key.Cluster, edge.Value)).OrderBy(edge => (edge.Item1, edge.Value.Row)),
            edges.OrderBy(edge => (edge.Page, edge.Entry.Row)));
        var items = await Entries<ItemEntry>(store, SnapshotPages.Items, SnapshotPages.ItemShards);
        Assert.Equal(truth.Items.Values.OrderBy(item => item.Row), items.Select(item => item.Entry).OrderBy(item => item.Row));
    }

    public void Dispose()
    {
        Kill();
        _services.Dispose();
    }

    static async Task<List<(long Page, T Entry)>> Entries<T>(IStore store, string kind, int shards)
        where T : unmanaged, IPageEntry<T>
    {
        List<(long, T)> entries = [];
        for (var shard = 0; shard < shards; shard++)
        {
            foreach (var page in (await store.Snapshots.LoadAsync(kind, shard, Cancel))?.Pages ?? [])
            {
                entries.AddRange(SnapshotPages.Entries<T>(page.Payload.Span).ToArray().Select(entry => (page.Id, entry)));
            }
        }

        return entries;
    }
}
