using System.Numerics.Tensors;
using Recs.Matching.Numerics;
using Recs.Offline.Joins;

namespace Recs.Offline.Embeddings;

/// <summary>How well factors explain the pairs they were trained on.</summary>
public static class AlsQuality
{
    /// <summary>Pairs drawn for the AUC.</summary>
    const int AucPairs = 20_000;

    /// <summary>
    /// The loss that ALS lowers, Σ c·(target − ⟨u, v⟩)² over all pairs + λ(|U|² + |V|²), divided by the rewarded pairs.
    /// </summary>
    /// <remarks>The unrewarded pairs are summed by Σ ⟨u, v⟩² = ⟨UᵀU, VᵀV⟩: O(pairs·D + rows·D²).</remarks>
    public static double Loss(PairMatrix pairs, AlsFactors factors, AlsOptions options, ParallelOptions work)
    {
        var dims = factors.Dims;
        var left = Gram.Of(factors.Viewers, dims, null, work);
        var right = Gram.Of(factors.Items, dims, null, work);
        double loss = TensorPrimitives.Dot<float>(left, right);
        for (var i = 0; i < dims; i++)
        {
            loss += options.Ridge * (left[(i * dims) + i] + right[(i * dims) + i]);
        }

        for (var viewer = 0; viewer < pairs.Rows; viewer++)
        {
            var items = pairs.ColumnsOf(viewer);
            var rewards = pairs.ValuesOf(viewer);
            for (var i = 0; i < items.Length; i++)
            {
                double score = Score(factors, viewer, items[i]);
                loss += ((1 + (options.Alpha * rewards[i])) * (1 - score) * (1 - score)) - (score * score);
            }
        }

        return loss / Math.Max(1, pairs.Count);
    }

    /// <summary>Chance that a rewarded item scores above a random item without reward for the same viewer; ties are half.</summary>
    /// <remarks>A seeded sample of 20,000 pairs: standard error below 0.004.</remarks>
    public static double Auc(PairMatrix pairs, AlsFactors factors, ulong seed)
    {
        var rng = new Rng(seed);
        var wins = 0.0;
        var trials = 0;
        for (var draw = 0; draw < AucPairs && pairs.Count > 0; draw++)
        {
            var entry = rng.NextInt(pairs.Count);
            var viewer = Array.BinarySearch(pairs.Starts, entry);
            viewer = viewer < 0 ? ~viewer - 1 : LastStart(pairs.Starts, viewer);
            var other = rng.NextInt(pairs.Width);
            if (pairs.ColumnsOf(viewer).BinarySearch(other) >= 0)
            {
                continue;
            }

            var difference = Score(factors, viewer, pairs.Columns[entry]) - Score(factors, viewer, other);
            wins += difference > 0 ? 1 : difference < 0 ? 0 : 0.5;
            trials++;
        }

        return trials == 0 ? 0.5 : wins / trials;
    }

    /// <summary>Rows without entries share their start with the next row: the entry belongs to the last of them.</summary>
    static int LastStart(int[] starts, int row)
    {
        while (row + 1 < starts.Length && starts[row + 1] == starts[row])
        {
            row++;
        }

        return row;
    }

    static float Score(AlsFactors factors, int viewer, int item) => TensorPrimitives.Dot<float>(
        factors.Viewers.AsSpan(viewer * factors.Dims, factors.Dims),
        factors.Items.AsSpan(item * factors.Dims, factors.Dims));
}
