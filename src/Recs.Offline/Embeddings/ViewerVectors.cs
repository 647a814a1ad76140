using Recs.Offline.Joins;

namespace Recs.Offline.Embeddings;

/// <summary>Viewers as they will be served: folded in from what they liked, length one.</summary>
public static class ViewerVectors
{
    const int BlockRows = 256;

    /// <summary>Folds viewers in.</summary>
    /// <param name="pairs">Rewarded pairs by viewer.</param>
    /// <param name="space">The items.</param>
    /// <param name="countMax">Most viewers; of more, an even sample.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <returns>Unit vectors of the viewers that have one, shape [viewers x D].</returns>
    public static float[] FoldAll(PairMatrix pairs, ItemSpace space, int countMax, ParallelOptions work)
    {
        var dims = space.Dims;
        var sample = Sample(pairs, countMax);
        var vectors = new float[sample.Length * dims];
        var warm = new bool[sample.Length];
        Parallel.For(
            0,
            (sample.Length + BlockRows - 1) / BlockRows,
            work,
            () => new FoldScratch(dims),
            (block, _, scratch) =>
            {
                var end = Math.Min(sample.Length, (block + 1) * BlockRows);
                for (var i = block * BlockRows; i < end; i++)
                {
                    warm[i] = scratch.TryFold(
                        space, pairs.ColumnsOf(sample[i]), pairs.ValuesOf(sample[i]), vectors.AsSpan(i * dims, dims));
                }

                return scratch;
            },
            _ => { });
        return Compact(vectors, warm, dims);
    }

    static int[] Sample(PairMatrix pairs, int countMax)
    {
        var viewers = Enumerable.Range(0, pairs.Rows).Where(row => !pairs.ColumnsOf(row).IsEmpty).ToArray();
        if (viewers.Length <= countMax)
        {
            return viewers;
        }

        var sample = new int[countMax];
        for (var i = 0; i < countMax; i++)
        {
            sample[i] = viewers[(int)((long)i * viewers.Length / countMax)];
        }

        return sample;
    }

    static float[] Compact(float[] vectors, bool[] warm, int dims)
    {
        var kept = 0;
        for (var i = 0; i < warm.Length; i++)
        {
            if (warm[i])
            {
                vectors.AsSpan(i * dims, dims).CopyTo(vectors.AsSpan(kept++ * dims, dims));
            }
        }

        return kept == warm.Length ? vectors : vectors[..(kept * dims)];
    }
}
