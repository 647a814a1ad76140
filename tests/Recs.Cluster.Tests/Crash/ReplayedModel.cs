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
    /// <param name="path">Data folder of a silo that has stopped.</param>
    public static async Task Compare(string path)
    {
        await using var store = await StoreAddress.OpenAsync(path, null, StorageAccess.Reader, TimeProvider.System, default);
        var snapshot = await store.Snapshots.LoadAsync(SnapshotPages.Neural, 0, default);
        using var stored = OnlineModel.FromPages([.. snapshot!.Pages.Select(page => (page.Id, page.Payload))], Options);
        using var replayed = new NeuralStatistics(new NeuralLearning { Model = Options });
        var (fold, router) = (new LogFold(0), new ShardRouter { NeuralTakes = true });
        await foreach (var row in LogRows.ReadAsync(store.EventLog, 0, 0, snapshot.Positions[0], default))
        {
            fold.Fold(row, router);
            replayed.Add(router.TakeNeural());
        }

        Assert.True(stored.Steps > 1000, $"{stored.Steps} steps");
        Assert.Equal(replayed.Model.Steps, stored.Steps);
        Assert.True(stored.Viewers.Evicted > 0, "viewers must have made room for others");
        Assert.Equal(Bits(replayed.Model.Network.Parameters), Bits(stored.Network.Parameters));
        Assert.Equal(Bits(replayed.Model.Confidence.Sums), Bits(stored.Confidence.Sums));
        Assert.Equal(Rows(replayed.Model.Viewers), Rows(stored.Viewers));
        Assert.Equal(Rows(replayed.Model.Items), Rows(stored.Items));
        Assert.Equal(Rows(replayed.Model.Clusters), Rows(stored.Clusters));
    }

    static int[] Bits(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values).ToArray();

    static Dictionary<UInt128, string> Rows(EmbeddingTable table) => Enumerable.Range(0, table.Rows)
        .Where(row => table.KeyOf(row) != UInt128.Zero)
        .ToDictionary(table.KeyOf, row => string.Join(' ', Bits(table.Row(row))));
}
