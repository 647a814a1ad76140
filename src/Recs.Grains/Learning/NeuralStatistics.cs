using System.Buffers;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Neural.Online;
using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>The neural model as a shard's statistics. What changed is published when <see cref="Publish"/> is called, not before.</summary>
/// <remarks>Blocks are learned from one after the other, each in the order of the log: a replay gives the same bits.</remarks>
sealed class NeuralStatistics(NeuralLearning learning) : IShardStatistics, IDisposable
{
    const int BlocksKept = 64;

    readonly byte[][] _blocks = new byte[BlocksKept][];
    readonly int[] _clusters = new int[Decision.ClustersMax];
    readonly float[] _weights = new float[Decision.ClustersMax];
    OnlineModel _model = new(learning.Model);
    bool _hasLearned;

    /// <inheritdoc/>
    public long Sequence { get; private set; }

    /// <summary>The model.</summary>
    public OnlineModel Model => _model;

    /// <summary>Why what was stored could not be taken up; null when it was.</summary>
    public string? Forgotten { get; private set; }

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        _model.Dispose();
        try
        {
            _model = OnlineModel.FromPages([.. pages.Select(page => (page.Id, page.Payload))], learning.Model);
        }
        catch (InvalidDataException reason)
        {
            // Other sizes are another model: it learns from here on.
            (_model, Forgotten) = (new OnlineModel(learning.Model), reason.Message);
        }

        Sequence += BlocksKept + 1;
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        _hasLearned |= !updates.IsEmpty;
        while (!updates.IsEmpty)
        {
            var update = NeuralUpdate.Read(ref updates);
            var count = Math.Min(update.ClusterCount, Decision.ClustersMax);
            for (var k = 0; k < count; k++)
            {
                var (cluster, weight) = update.Cluster(k);
                (_clusters[k], _weights[k]) = (cluster, (float)Quantised.ToReal(weight));
            }

            _ = _model.Apply(new OnlineExample
            {
                Viewer = update.Viewer,
                Row = update.Row,
                Prior = (float)Quantised.ToReal(update.Prior),
                Clusters = _clusters.AsSpan(0, count),
                Weights = _weights.AsSpan(0, count),
                Matched = update.Matched,
                IsReward = update.Kind == UpdateKind.Reward,
                Head = HeadOf(update.Type),
                Reward = (float)Quantised.ToReal(update.Reward),
                Seconds = update.Seconds,
                Lot = update.Lot,
            });
        }
    }

    /// <summary>Makes a block of the rows written since the last one, and of the dense weights if wanted.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Publish(bool withTrunk)
    {
        var block = new ArrayBufferWriter<byte>();
        if (_model.WriteTouched(block) == 0 && !(withTrunk && _hasLearned))
        {
            return false;
        }

        if (withTrunk)
        {
            _model.WriteTrunk(block);
            _hasLearned = false;
        }

        _blocks[Sequence++ % BlocksKept] = block.WrittenSpan.ToArray();
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged() => [.. _model.TakeChanged().Select(page => new Page(page.Id, page.Payload))];

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages) => _model.MarkChanged(pages.Select(page => page.Id));

    /// <inheritdoc/>
    public (byte[] Payload, long NextPage) Copy(long page)
    {
        var piece = new ArrayBufferWriter<byte>();
        var next = _model.WritePiece(piece, page, FeedChunk.BytesMax / (learning.Model.Width * sizeof(float)));
        return (piece.WrittenSpan.ToArray(), next);
    }

    /// <inheritdoc/>
    public byte[]? Changes(long after)
    {
        if (Sequence - after > BlocksKept)
        {
            return null;
        }

        var payload = new ArrayBufferWriter<byte>();
        for (var at = after; at < Sequence; at++)
        {
            payload.Write(_blocks[at % BlocksKept]);
        }

        return payload.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <summary>0 click and what is like it, 1 the watched share, 2 likes.</summary>
    static int HeadOf(EventType type) => type switch
    {
        EventType.Watch => 1,
        EventType.Like or EventType.Dislike => 2,
        _ => 0,
    };
}
