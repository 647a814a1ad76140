using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Embeddings;
using Recs.Offline.Joins;

namespace Recs.Offline.Towers;

/// <summary>
/// The two-tower model: a viewer is the mean of what they liked, an item its content and its own vector; in-batch softmax with
/// the sampling corrected by log Q. Yi et al., RecSys 2019; the towers of Online Matching (arXiv 2307.15893) in small.
/// </summary>
/// <remarks>Deterministic for a seed on any number of threads.</remarks>
static class TwoTower
{
    const ulong Purpose = 0x746F776572;

    /// <summary>Trains item vectors and the map from content.</summary>
    /// <param name="content">Features of the items.</param>
    /// <param name="pairs">Rewarded pairs by viewer.</param>
    /// <param name="map">Where A begins.</param>
    /// <param name="vectors">Where the items begin, shape [n x D]; null for a first training.</param>
    /// <param name="options">Settings.</param>
    /// <param name="seed">Seed of everything that is drawn.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <param name="afterEpoch">Called with the number of epochs done.</param>
    /// <returns>V, shape [n x D], A, and the loss of every epoch in nats per pair.</returns>
    /// <remarks>O(epochs·pairs·(B + history)·D).</remarks>
    public static (float[] Vectors, ContentMap Map, double[] Losses) Train(
        ItemContent content, PairMatrix pairs, ContentMap map, float[]? vectors, TowerOptions options, ulong seed, ParallelOptions work,
        Action<int> afterEpoch)
    {
        var tower = new ItemTower(content, map, vectors, seed ^ Purpose);
        using var step = new TowerStep(tower, LogPopularity(pairs), map.Dims, options, work);
        var batch = new TowerBatch(pairs, options);
        var viewers = ViewersOf(pairs);
        var entries = Enumerable.Range(0, pairs.Count).ToArray();
        var rng = new Rng(~seed ^ Purpose);
        var losses = new double[options.Epochs];
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            Shuffle(entries, ref rng);
            var (sum, batches) = (0.0, 0);
            for (var at = 0; at < entries.Length; at += options.Batch)
            {
                work.CancellationToken.ThrowIfCancellationRequested();
                batch.Fill(entries.AsSpan(at, Math.Min(options.Batch, entries.Length - at)), viewers, ref rng);
                sum += step.Run(batch);
                batches++;
            }

            losses[epoch] = sum / batches;
            afterEpoch(epoch + 1);
        }

        var all = new float[content.Items.Count * map.Dims];
        for (var item = 0; item < content.Items.Count; item++)
        {
            tower.Encode(item, hasOwn: true, all.AsSpan(item * map.Dims, map.Dims));
        }

        return (all, new ContentMap(map.Buckets, map.Embedding, map.Dims, tower.Map), losses);
    }

    /// <summary>log Q: how likely an item is to be in a batch.</summary>
    static float[] LogPopularity(PairMatrix pairs)
    {
        var counts = new int[pairs.Width];
        foreach (var item in pairs.Columns)
        {
            counts[item]++;
        }

        return Array.ConvertAll(counts, count => MathF.Log(Math.Max(count, 1) / (float)pairs.Count));
    }

    static int[] ViewersOf(PairMatrix pairs)
    {
        var viewers = new int[pairs.Count];
        for (var viewer = 0; viewer < pairs.Rows; viewer++)
        {
            viewers.AsSpan(pairs.Starts[viewer]..pairs.Starts[viewer + 1]).Fill(viewer);
        }

        return viewers;
    }

    static void Shuffle(int[] entries, ref Rng rng)
    {
        for (var left = entries.Length; left > 1; left--)
        {
            var at = rng.NextInt(left);
            (entries[left - 1], entries[at]) = (entries[at], entries[left - 1]);
        }
    }
}
