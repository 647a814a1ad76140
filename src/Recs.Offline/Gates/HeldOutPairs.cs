using System.Numerics.Tensors;
using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Recs.Offline.Joins;
using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>
/// How well a model ranks what viewers were rewarded by: each viewer is folded in from one half of the rewarded items, and
/// each of the other half meets a random item without reward.
/// </summary>
/// <remarks>
/// The vectors may have been trained on all pairs, so this is no estimate of quality on new data; it tells damage, and
/// compares models on the same pairs, draws and halves.
/// </remarks>
static class HeldOutPairs
{
    const int ViewersMax = 10_000;
    const int PairsMax = 40_000;
    const int PairsPerViewerMin = 4;

    /// <summary>Who won: 1 where the rewarded item scores higher, 0 where the other does, 0.5 for a tie.</summary>
    /// <param name="model">The model; it has all of <paramref name="rows"/>.</param>
    /// <param name="rewarded">Rewarded pairs by viewer; columns are indexes into <paramref name="rows"/>.</param>
    /// <param name="rows">Catalogue rows.</param>
    /// <param name="seed">The same seed draws the same pairs, whatever the model.</param>
    public static List<float> Wins(ModelFile model, PairMatrix rewarded, int[] rows, ulong seed)
    {
        var vectors = VectorsOf(model, rows);
        var options = new FoldInOptions { Alpha = model.FoldInAlpha, Ridge = model.FoldInRidge, Steps = model.FoldInSteps };
        var rng = new Rng(seed);
        var viewer = new float[model.Dims];
        var scratch = new float[3 * model.Dims];
        var wins = new List<float>();
        var step = Math.Max(1.0, (double)rewarded.Rows / ViewersMax);
        var pairsMax = Math.Max(PairsPerViewerMin, PairsMax / Math.Max(1, Math.Min(rewarded.Rows, ViewersMax)));
        for (var at = 0.0; at < rewarded.Rows; at += step)
        {
            var items = rewarded.ColumnsOf((int)at);
            if (items.Length < 2)
            {
                continue;
            }

            var known = rewarded.ValuesOf((int)at).ToArray();
            for (var i = 0; i < known.Length; i++)
            {
                known[i] = rng.Next() >> 63 == 0 ? known[i] : 0;
            }

            FoldIn.TryFold(
                model.Gram, vectors, items, known, options, new float[items.Length], new int[items.Length], scratch, viewer);
            Compare(vectors, viewer, items, known, pairsMax, ref rng, wins);
        }

        return wins;
    }

    static void Compare(
        float[] vectors, float[] viewer, ReadOnlySpan<int> items, float[] known, int pairsMax, ref Rng rng, List<float> wins)
    {
        var (pairs, count) = (0, vectors.Length / viewer.Length);
        for (var i = 0; i < items.Length && pairs < pairsMax; i++)
        {
            var other = rng.NextInt(count);
            if (known[i] > 0 || items.BinarySearch(other) >= 0)
            {
                continue;
            }

            var difference = Score(vectors, viewer, items[i]) - Score(vectors, viewer, other);
            wins.Add(difference > 0 ? 1 : difference < 0 ? 0 : 0.5f);
            pairs++;
        }
    }

    static float Score(float[] vectors, float[] viewer, int item) =>
        TensorPrimitives.Dot<float>(viewer, vectors.AsSpan(item * viewer.Length, viewer.Length));

    static float[] VectorsOf(ModelFile model, int[] rows)
    {
        var vectors = new float[rows.Length * model.Dims];
        for (var i = 0; i < rows.Length; i++)
        {
            model.VectorOf(model.IndexOf(rows[i])).CopyTo(vectors.AsSpan(i * model.Dims));
        }

        return vectors;
    }
}
