using System.Buffers;
using System.Runtime.InteropServices;

using Recs.Grains.Hosting;
using Recs.Schema.Log;
using Recs.Schema.Messages;
using Recs.Storage.Folding;

namespace Recs.Grains.Ingest;

/// <summary>Sorts the meaning of log rows by the shard that owns it.</summary>
/// <remarks>Used by one consumer at a time. A shard gets nothing from rows it has already.</remarks>
sealed class ShardRouter : IFoldSink
{
    // Below it the affinity's share of π drowns in the 16 bits π travels in.
    const float SlopeMin = 0.01f;

    readonly ArrayBufferWriter<byte>[] _edges = Buffers(Shards.EdgeCount);
    readonly ArrayBufferWriter<byte>[] _items = Buffers(Shards.ItemCount);
    readonly ArrayBufferWriter<byte> _samples = new();
    readonly ArrayBufferWriter<byte> _linear = new();
    readonly ArrayBufferWriter<byte> _neural = new();
    readonly Dictionary<Guid, ArrayBufferWriter<byte>> _viewers = [];
    PopulationSums _sums;

    /// <summary>Which edge shards take updates of the row that is being folded.</summary>
    public bool[] EdgesTake { get; } = new bool[Shards.EdgeCount];

    /// <summary>Which item shards take updates of the row that is being folded.</summary>
    public bool[] ItemsTake { get; } = new bool[Shards.ItemCount];

    /// <summary>Whether the population's shard takes updates of the row that is being folded.</summary>
    public bool PopulationTakes { get; set; }

    /// <summary>Whether the linear policies' shard takes updates of the row that is being folded.</summary>
    public bool LinearTakes { get; set; }

    /// <summary>Whether the neural model's shard takes updates of the row that is being folded.</summary>
    public bool NeuralTakes { get; set; }

    /// <summary>Whether viewers take updates of the row that is being folded.</summary>
    public bool ViewersTake { get; set; }

    /// <summary>Viewers with something new.</summary>
    public IReadOnlyCollection<Guid> Viewers => _viewers.Keys;

    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index)
    {
        Route(record, index, UpdateKind.Impression, default);
        if (ViewersTake)
        {
            AddHistory(record, record.Item(index).Row, EventType.Impression, 0);
        }

        if (PopulationTakes)
        {
            _sums.CountImpression(record.Policy, record.Item(index).Source);
        }
    }

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index, in RewardStep step)
    {
        Route(record, index, step.Delta < 0 ? UpdateKind.Penalty : UpdateKind.Reward, step);
        if (PopulationTakes)
        {
            _sums.CountReward(record.Policy, record.Item(index).Source, step.Delta);
        }

        if (ViewersTake && !step.IsBase)
        {
            AddHistory(record, record.Item(index).Row, step.Type, step.After);
        }
    }

    /// <inheritdoc/>
    public void History(in FeedbackRecord record)
    {
        if (ViewersTake)
        {
            AddHistory(record, record.Row, record.Type, record.Reward);
        }
    }

    /// <inheritdoc/>
    public void Forget(Guid viewer)
    {
        if (NeuralTakes)
        {
            NeuralUpdate.WriteForgotten(_neural, viewer);
        }

        if (ViewersTake)
        {
            Append(BufferOf(viewer), new HistoryUpdate(0, -1, 0, EventType.Forget));
        }
    }

    /// <summary>Counts folded events.</summary>
    public void CountEvents(long events, long repeats)
    {
        if (PopulationTakes)
        {
            _sums.Events += events;
            _sums.Repeats += repeats;
        }
    }

    /// <summary>Takes an edge shard's block and starts a new one.</summary>
    public byte[] TakeEdges(int shard) => Take(_edges[shard]);

    /// <summary>Takes an item shard's block and starts a new one.</summary>
    public byte[] TakeItems(int shard) => Take(_items[shard]);

    /// <summary>Takes the population's block and starts a new one.</summary>
    public byte[] TakePopulation()
    {
        byte[] block = [.. MemoryMarshal.AsBytes(new ReadOnlySpan<PopulationSums>(ref _sums)), .. _samples.WrittenSpan];
        _sums = default;
        _samples.ResetWrittenCount();
        return block;
    }

    /// <summary>Takes the linear policies' block and starts a new one.</summary>
    public byte[] TakeLinear() => Take(_linear);

    /// <summary>Takes the neural model's block and starts a new one.</summary>
    public byte[] TakeNeural() => Take(_neural);

    /// <summary>Takes a viewer's block.</summary>
    public byte[] TakeViewer(Guid viewer) => Take(_viewers[viewer]);

    /// <summary>Forgets the viewers whose blocks were taken.</summary>
    public void ClearViewers() => _viewers.Clear();

    static ArrayBufferWriter<byte>[] Buffers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new ArrayBufferWriter<byte>())];

    static byte[] Take(ArrayBufferWriter<byte> buffer)
    {
        var block = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        return block;
    }

    static void Append<T>(ArrayBufferWriter<byte> buffer, in T update)
        where T : unmanaged =>
        buffer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in update)));

    void Route(in FeedbackRecord record, int index, UpdateKind kind, in RewardStep step)
    {
        var item = record.Item(index);
        var reward = (ushort)Math.Abs(step.Delta);
        for (var k = 0; k < record.ClusterCount; k++)
        {
            if ((item.Matched >> k & 1) == 0)
            {
                continue;
            }

            var (cluster, weight) = record.Cluster(k);
            var shard = Shards.OfCluster(cluster);
            if (EdgesTake[shard])
            {
                Append(_edges[shard], new EdgeUpdate(cluster, item.Row, weight, item.Prior, reward, kind));
            }
        }

        if (ItemsTake[Shards.OfRow(item.Row)])
        {
            Append(_items[Shards.OfRow(item.Row)], new ItemUpdate(
                item.Row, item.Prior, reward, kind, step.Type, (ushort)Math.Abs(step.Before)));
        }

        if (PopulationTakes)
        {
            Append(_samples, new PriorSample(
                Affinity(record, item.Prior), reward, kind, record.Graph, (uint)(record.DecidedAtMs / 1000)));
        }

        if (LinearTakes)
        {
            LinearUpdate.Write(_linear, record, item.Row, kind, reward);
        }

        if (NeuralTakes)
        {
            NeuralUpdate.Write(_neural, record, item, kind, step);
        }

    }

    void AddHistory(in FeedbackRecord record, int row, EventType type, int reward)
    {
        if (record.Viewer != Guid.Empty)
        {
            Append(BufferOf(record.Viewer), new HistoryUpdate(record.AtMs, row, (ushort)Math.Max(0, reward), type));
        }
    }

    ArrayBufferWriter<byte> BufferOf(Guid viewer)
    {
        ref var buffer = ref CollectionsMarshal.GetValueRefOrAddDefault(_viewers, viewer, out _);
        return buffer ??= new ArrayBufferWriter<byte>(64);
    }

    /// <summary>x = ⟨u, v⟩ as it was, recovered from π = σ(a + βx); 0 when π hardly depended on it.</summary>
    static float Affinity(in FeedbackRecord record, ushort prior)
    {
        if (Math.Abs(record.PriorSlope) < SlopeMin)
        {
            return 0;
        }

        var p = Math.Clamp(prior / 65535.0, 1e-5, 1 - 1e-5);
        return (float)((Math.Log(p / (1 - p)) - record.PriorIntercept) / record.PriorSlope);
    }
}
