using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Recs.Offline.Clustering;

namespace Recs.Offline.Graphs;

/// <summary>For each of many vectors, the W of another set with the largest inner products: exact, by brute force.</summary>
public static class TopInner
{
    /// <summary>Queries a thread takes at once: enough to use a block of targets many times while it is in the cache.</summary>
    const int BlockQueries = DotTile.Rows * 16;

    /// <summary>Panels of targets between two looks at the scores: with 64 dimensions a quarter of a megabyte.</summary>
    const int BlockPanels = 64;

    /// <summary>Finds the best targets of every query.</summary>
    /// <param name="queries">Shape [m x D], row-major.</param>
    /// <param name="targets">n packed vectors of the same D.</param>
    /// <param name="countMax">W ≥ 1.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <returns>Per query the min(W, n) best, by descending product; ties by the lower target.</returns>
    /// <remarks>m·n·D multiply-adds; scores below the W-th best so far are dropped eight at a time.</remarks>
    public static ScoredTarget[][] Find(float[] queries, Panels targets, int countMax, ParallelOptions work)
    {
        var count = queries.Length / targets.Dims;
        var result = new ScoredTarget[count][];
        Parallel.For(
            0,
            (count + BlockQueries - 1) / BlockQueries,
            work,
            () => Enumerable.Range(0, BlockQueries).Select(_ => new TopTargets(countMax)).ToArray(),
            (block, _, tops) =>
            {
                var first = block * BlockQueries;
                var end = Math.Min(count, first + BlockQueries);
                FindBlock(queries.AsSpan(first * targets.Dims, (end - first) * targets.Dims), targets, tops);
                for (var query = first; query < end; query++)
                {
                    result[query] = tops[query - first].Drain();
                }

                return tops;
            },
            _ => { });
        return result;
    }

    [SkipLocalsInit]
    static void FindBlock(ReadOnlySpan<float> queries, Panels targets, TopTargets[] tops)
    {
        const int Stride = BlockPanels * Panels.Width;
        var dims = targets.Dims;
        var count = queries.Length / dims;
        var scores = new float[DotTile.Rows * Stride];
        var padded = new float[DotTile.Rows * dims];
        for (var panel = 0; panel < targets.PanelCount; panel += BlockPanels)
        {
            var panels = Math.Min(BlockPanels, targets.PanelCount - panel);
            var firstTarget = panel * Panels.Width;
            var width = Math.Min(panels * Panels.Width, targets.Count - firstTarget);
            for (var query = 0; query < count; query += DotTile.Rows)
            {
                var rows = Math.Min(DotTile.Rows, count - query);
                var six = queries.Slice(query * dims, rows * dims);
                if (rows < DotTile.Rows)
                {
                    six.CopyTo(padded);
                    six = padded;
                }

                for (var i = 0; i < panels; i++)
                {
                    DotTile.Multiply(six, targets.Panel(panel + i), scores.AsSpan(i * Panels.Width), Stride);
                }

                for (var row = 0; row < rows; row++)
                {
                    Offer(scores.AsSpan(row * Stride, width), firstTarget, tops[query + row]);
                }
            }
        }
    }

    /// <summary>Passes on the scores that could be among the best.</summary>
    static void Offer(ReadOnlySpan<float> scores, int firstTarget, TopTargets top)
    {
        ref var score = ref MemoryMarshal.GetReference(scores);
        var i = 0;
        for (; i + 8 <= scores.Length; i += 8)
        {
            var promising = Vector256.GreaterThanOrEqual(
                Vector256.LoadUnsafe(ref score, (nuint)i), Vector256.Create(top.Threshold)).ExtractMostSignificantBits();
            for (; promising != 0; promising &= promising - 1)
            {
                var lane = i + System.Numerics.BitOperations.TrailingZeroCount(promising);
                top.Add(scores[lane], firstTarget + lane);
            }
        }

        for (; i < scores.Length; i++)
        {
            if (scores[i] >= top.Threshold)
            {
                top.Add(scores[i], firstTarget + i);
            }
        }
    }
}
