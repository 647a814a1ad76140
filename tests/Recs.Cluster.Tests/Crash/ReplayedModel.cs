using System.Runtime.InteropServices;

using Recs.Grains.Hosting;
using Recs.Grains.Ingest;
using Recs.Grains.Learning;
using Recs.Neural.Online;
using Recs.Neural.Tables;
using Recs.Schema.Snapshots;
using Recs.Silo.Options;
using Recs.Storage;
using Recs.Storage.Folding;

using Xunit;

namespace Recs.Cluster.Tests.Crash;

/// <summary>The neural model learned anew from the whole log, against the one that a silo has made durable.</summary>
static class ReplayedModel
{
    static readonly OnlineOptions Options = new NeuralOptions { ViewersMax = 30 }.Model(
        new LimitOptions().ItemsMax, new BanditOptions().ItemShrinkage, new BanditOptions().EdgeShrinkage);

    /// <summary>Compares every number of both.</summary>
    /// <param name="storage">Data folder or connection string of silos that have stopped.</param>
    public static async Task Compare(string storage)
    {
        await using var store = await StoreAddress.OpenAsync(storage, null, StorageAccess.Reader, TimeProvider.System, default);
        var snapshot = await store.Snapshots.LoadAsync(SnapshotPages.Neural, 0, default);
        using var stored = OnlineModel.FromPages(
            [.. snapshot!.Pages.Select(page => (page.Id, page.Payload))], Options, Shards.ViewerCount, Shards.ItemCount);
        using var replayed = new OnlineModel(Options, Shards.ViewerCount, Shards.ItemCount);
        var (fold, router) = (new LogFold(0, LogWindow.DecisionAge), new ShardRouter { NeuralTakes = true });
        var (reader, block) = (new ExampleReader(), new ExampleBlock(Options, Shards.ViewerCount, Shards.ItemCount));
        await foreach (var row in LogRows.ReadAsync(store.EventLog, 0, 0, snapshot.Positions[0], default))
        {
            fold.Fold(row, router);
            Learn(replayed, reader, block, router.TakeNeural());
        }

        Assert.True(stored.Dense.Steps > 1000, $"{stored.Dense.Steps} steps");
        Assert.Equal(replayed.Dense.Steps, stored.Dense.Steps);
        Assert.True(stored.Tables(TableKind.Viewers).Any(table => table.Evicted > 0), "viewers must have made room for others");
        Assert.Equal(Bits(replayed.Dense.Network.Parameters), Bits(stored.Dense.Network.Parameters));
        Assert.Equal(Bits(replayed.Dense.Confidence.Sums), Bits(stored.Dense.Confidence.Sums));
        foreach (var kind in (TableKind[])[TableKind.Viewers, TableKind.Items, TableKind.Clusters, TableKind.Edges])
        {
            Assert.Equal(Rows(replayed.Tables(kind)), Rows(stored.Tables(kind)));
        }
    }

    static void Learn(OnlineModel model, ExampleReader reader, ExampleBlock block, ReadOnlySpan<byte> updates)
    {
        while (!updates.IsEmpty)
        {
            reader.Fill(ref updates, model.Dense, block);
            _ = model.Learn(block);
        }
    }

    static int[] Bits(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values).ToArray();

    static Dictionary<UInt128, string> Rows(IReadOnlyList<EmbeddingTable> tables) => tables
        .SelectMany(table => Enumerable.Range(0, table.Rows).Where(row => table.KeyOf(row) != UInt128.Zero)
            .Select(row => KeyValuePair.Create(table.KeyOf(row), string.Join(' ', Bits(table.Row(row))))))
        .ToDictionary();
}
