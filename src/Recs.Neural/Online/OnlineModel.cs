using System.Buffers;

using Recs.Matching.Bandits;
using Recs.Neural.Networks;
using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>A whole model in one place: a <see cref="DenseModel"/> and all owners of its rows.</summary>
/// <remarks>What silos learn together is, bit for bit, what this learns from the same examples in the same order. Not thread-safe.</remarks>
public sealed class OnlineModel : IDisposable
{
    readonly OnlineOptions _options;
    readonly RowShard[] _viewers;
    readonly RowShard[] _items;
    readonly ExampleBlock _block;

    /// <summary>A model that predicts its baseline.</summary>
    /// <param name="options">Sizes, rates and limits.</param>
    /// <param name="viewerShards">Owners of viewers' rows.</param>
    /// <param name="itemShards">Owners of items' rows.</param>
    public OnlineModel(OnlineOptions options, int viewerShards = 1, int itemShards = 1)
        : this(options, new DenseModel(options), New(options, RowOwner.Viewers, viewerShards), New(options, RowOwner.Items, itemShards))
    {
    }

    OnlineModel(OnlineOptions options, DenseModel dense, RowShard[] viewers, RowShard[] items)
    {
        (_options, Dense, _viewers, _items) = (options, dense, viewers, items);
        _block = new ExampleBlock(options, viewers.Length, items.Length);
    }

    /// <summary>The network and what belongs to it.</summary>
    public DenseModel Dense { get; }

    /// <summary>The owners of rows: of viewers', then of items'.</summary>
    public IEnumerable<RowShard> Shards => _viewers.Concat(_items);

    /// <summary>The tables of a kind, one for each of its owners.</summary>
    public IReadOnlyList<EmbeddingTable> Tables(TableKind kind) => kind switch
    {
        TableKind.Clusters => [Dense.Clusters],
        TableKind.Viewers => [.. _viewers.Select(shard => shard.Table(kind))],
        _ => [.. _items.Select(shard => shard.Table(kind))],
    };

    /// <summary>Learns from one example; see <see cref="DenseModel.Learn"/>.</summary>
    public StepOutcome Apply(in OnlineExample example)
    {
        _block.Clear();
        return Dense.TryAdd(_block, example) ? Learn(_block) : StepOutcome.Refused;
    }

    /// <summary>Forgets a viewer's embedding.</summary>
    /// <param name="viewer">Hash of the viewer's id, not zero.</param>
    public void Forget(UInt128 viewer)
    {
        _block.Clear();
        _block.Forget(viewer);
        _ = Learn(_block);
    }

    /// <summary>Learns from the examples of a block.</summary>
    /// <param name="block">Filled by <see cref="DenseModel.TryAdd"/>, for as many owners.</param>
    public StepOutcome Learn(ExampleBlock block)
    {
        for (var owner = 0; owner < block.Owners; owner++)
        {
            Owner(owner).Pull(block.Meetings(owner), block.Rows(owner));
        }

        var outcome = Dense.Learn(block);
        for (var owner = 0; owner < block.Owners; owner++)
        {
            Owner(owner).Push(block.Rows(owner).Rows);
        }

        return outcome;
    }

    /// <summary>What the model believes of a pair now: reward units, and the standard deviation of that.</summary>
    /// <param name="example">The pair; its reward does not matter.</param>
    /// <remarks>For one pair; serving scores many at once with a <see cref="BatchScorer"/>.</remarks>
    public Belief Predict(in OnlineExample example)
    {
        var viewers = _viewers[ExampleBlock.ShardOf(example.Viewer, _viewers.Length)].Table(TableKind.Viewers);
        var viewer = example.Viewer == UInt128.Zero ? EmbeddingTable.None : viewers.Find(example.Viewer);
        return Dense.Predict(example, new ExampleRows(
            viewer == EmbeddingTable.None ? [] : viewers.Row(viewer).ToArray(), ItemOf(example.Row), EdgesOf(example)));
    }

    /// <summary>What the edges alone say of a pair now: the item's impressions, the hierarchical mean and its variance.</summary>
    public (float Shown, float Mean, float Variance) Edges(in OnlineExample example)
    {
        var item = ItemOf(example.Row);
        var edges = EdgesOf(example);
        var (shown, residual) = item.Length == 0 ? (0, 0) : (item[RowTables.SumsAt(_options)], item[RowTables.SumsAt(_options) + 1]);
        var mean = EdgeSums.Mean(example, edges, _options, shown, residual, isOwnLeftOut: false);
        return (shown, mean, EdgeSums.Variance(example, edges, _options, shown, mean));
    }

    /// <summary>Appends the rows written since the last call; see <see cref="ServingCopy.Take"/>.</summary>
    public void WriteTouched(IBufferWriter<byte> output)
    {
        _ = Dense.WriteTouched(output);
        foreach (var shard in Shards)
        {
            _ = shard.WriteTouched(output);
        }
    }

    /// <summary>What has changed since the last call.</summary>
    public IReadOnlyList<(long Id, byte[] Payload)> TakeChanged() =>
        [.. Dense.TakeChanged(), .. Shards.SelectMany((shard, owner) => shard.TakeChanged(1 + owner))];

    /// <summary>Builds a model from stored pages; see <see cref="DenseModel.FromPages"/>.</summary>
    public static OnlineModel FromPages(
        IReadOnlyCollection<(long Id, ReadOnlyMemory<byte> Payload)> pages, OnlineOptions options, int viewerShards = 1, int itemShards = 1)
    {
        RowShard Restored(RowOwner owner, int number, int shards) => RowShard.FromPages(
            [.. pages.Where(page => ModelPage.OwnerOf(page.Id) == 1 + number)], options, owner, shards);

        return new OnlineModel(
            options,
            DenseModel.FromPages([.. pages.Where(page => ModelPage.OwnerOf(page.Id) == 0)], options),
            [.. Enumerable.Range(0, viewerShards).Select(number => Restored(RowOwner.Viewers, number, viewerShards))],
            [.. Enumerable.Range(viewerShards, itemShards).Select(number => Restored(RowOwner.Items, number, itemShards))]);
    }

    /// <inheritdoc/>
    public void Dispose() => Dense.Dispose();

    static RowShard[] New(OnlineOptions options, RowOwner owner, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new RowShard(options, owner, count))];

    RowShard Owner(int number) => number < _viewers.Length ? _viewers[number] : _items[number - _viewers.Length];

    float[] ItemOf(int row)
    {
        var items = _items[ExampleBlock.ShardOf(row, _items.Length)].Table(TableKind.Items);
        var found = items.Find((UInt128)(uint)row + 1);
        return found == EmbeddingTable.None ? [] : items.Row(found).ToArray();
    }

    EdgeRows EdgesOf(in OnlineExample example)
    {
        var table = _items[ExampleBlock.ShardOf(example.Row, _items.Length)].Table(TableKind.Edges);
        List<int> offsets = [];
        List<float> rows = [];
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) != 0)
            {
                var row = table.Find(EdgeSums.KeyOf(example.Clusters[k], example.Row));
                offsets.Add(row == EmbeddingTable.None ? PulledRows.None : rows.Count);
                rows.AddRange(row == EmbeddingTable.None ? [] : table.Row(row));
            }
        }

        return new EdgeRows(offsets.ToArray(), rows.ToArray());
    }
}
