using Recs.Matching.Contexts;
using Recs.Offline.Joins;

namespace Recs.Offline.Embeddings;

/// <summary>
/// Embeddings of viewers and items from implicit feedback: alternating least squares, each row by a few steps of
/// conjugate gradients from where it was. Hu, Koren and Volinsky, ICDM 2008; Takács, Pilászy and Tikk, RecSys 2011.
/// </summary>
/// <remarks>Every row is solved alone from the same other side, so the result does not depend on the number of threads.</remarks>
public static class ImplicitAls
{
    const int BlockRows = 128;

    /// <summary>Trains in place.</summary>
    /// <param name="viewers">Rewarded pairs by viewer.</param>
    /// <param name="items">The same pairs by item: the transpose.</param>
    /// <param name="factors">The start, replaced by the result. An item without pairs becomes zero.</param>
    /// <param name="options">Settings.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <param name="afterEpoch">Called with the number of epochs done.</param>
    /// <remarks>O(epochs·steps·((viewers + items)·D² + pairs·D)).</remarks>
    public static void Train(
        PairMatrix viewers, PairMatrix items, AlsFactors factors, AlsOptions options, ParallelOptions work,
        Action<int>? afterEpoch = null)
    {
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            Solve(viewers, factors.Items, factors.Viewers, factors.Dims, options, work);
            Solve(items, factors.Viewers, factors.Items, factors.Dims, options, work);
            afterEpoch?.Invoke(epoch + 1);
        }
    }

    /// <summary>Improves one side against the other.</summary>
    static void Solve(
        PairMatrix pairs, float[] fixedSide, float[] side, int dims, AlsOptions options, ParallelOptions work)
    {
        var gram = Gram.Of(fixedSide, dims, null, work);
        var longest = 0;
        for (var row = 0; row < pairs.Rows; row++)
        {
            longest = Math.Max(longest, pairs.ColumnsOf(row).Length);
        }

        Parallel.For(
            0,
            (pairs.Rows + BlockRows - 1) / BlockRows,
            work,
            () => (Confidences: new float[longest], Scratch: new float[3 * dims]),
            (block, _, mine) =>
            {
                var end = Math.Min(pairs.Rows, (block + 1) * BlockRows);
                for (var row = block * BlockRows; row < end; row++)
                {
                    SolveRow(
                        pairs.ColumnsOf(row), pairs.ValuesOf(row), gram, fixedSide, side.AsSpan(row * dims, dims),
                        options, mine.Confidences, mine.Scratch);
                }

                return mine;
            },
            _ => { });
    }

    static void SolveRow(
        ReadOnlySpan<int> columns, ReadOnlySpan<float> rewards, float[] gram, float[] fixedSide, Span<float> solution,
        AlsOptions options, float[] confidences, float[] scratch)
    {
        if (columns.IsEmpty)
        {
            solution.Clear();
            return;
        }

        for (var i = 0; i < rewards.Length; i++)
        {
            confidences[i] = 1 + (options.Alpha * rewards[i]);
        }

        ImplicitSystem.Solve(
            gram, fixedSide, columns, confidences.AsSpan(0, columns.Length), options.Ridge, options.Steps, solution, scratch);
    }
}
