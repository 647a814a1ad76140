using Recs.Neural.Online;
using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Messages;

namespace Recs.Grains.Learning;

/// <summary>From updates of the log to examples of the neural model.</summary>
sealed class ExampleReader
{
    readonly int[] _clusters = new int[Decision.ClustersMax];
    readonly float[] _weights = new float[Decision.ClustersMax];

    /// <summary>Empties a block and fills it from the front of some updates.</summary>
    /// <param name="updates">Raw updates; moves behind those that were read.</param>
    /// <param name="model">The model that will learn.</param>
    /// <param name="block">Receives at most <see cref="ExampleBlock.ExamplesMax"/> examples.</param>
    public void Fill(ref ReadOnlySpan<byte> updates, DenseModel model, ExampleBlock block)
    {
        block.Clear();
        while (!updates.IsEmpty && block.Count < ExampleBlock.ExamplesMax)
        {
            var update = NeuralUpdate.Read(ref updates);
            if (update.Kind == UpdateKind.Forget)
            {
                block.Forget(update.Viewer);
                continue;
            }

            var count = Math.Min(update.ClusterCount, Decision.ClustersMax);
            for (var k = 0; k < count; k++)
            {
                var (cluster, weight) = update.Cluster(k);
                (_clusters[k], _weights[k]) = (cluster, (float)Quantised.ToReal(weight));
            }

            _ = model.TryAdd(block, new OnlineExample
            {
                Viewer = update.Viewer,
                Row = update.Row,
                Prior = (float)Quantised.ToReal(update.Prior),
                Clusters = _clusters.AsSpan(0, count),
                Weights = _weights.AsSpan(0, count),
                Matched = update.Matched,
                IsReward = update.Kind != UpdateKind.Impression,
                IsContinued = update.IsContinued,
                Head = update.Kind == UpdateKind.Penalty ? 0 : HeadOf(update.Type),
                Reward = (float)Quantised.ToReal(update.Reward) * (update.Kind == UpdateKind.Penalty ? -1 : 1),
                Seconds = update.Seconds,
                Lot = update.Lot,
            });
        }
    }

    /// <summary>0 click, what is like it and what takes away from it; 1 the watched share, 2 likes.</summary>
    static int HeadOf(EventType type) => type switch
    {
        EventType.Watch => 1,
        EventType.Like or EventType.Dislike => 2,
        _ => 0,
    };
}
