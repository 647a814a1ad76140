namespace Recs.Matching.Contexts;

/// <summary>The vector of a viewer from what they liked: one row of implicit ALS, solved while they wait.</summary>
public static class FoldIn
{
    /// <summary>Folds a viewer's positively rewarded items into a unit vector.</summary>
    /// <param name="gram">G = VᵀV over all items of the model, shape [D x D].</param>
    /// <param name="vectors">Item vectors V, shape [rows x D].</param>
    /// <param name="rows">The viewer's items, shape [m]; at most <paramref name="weights"/> many. A row outside V is skipped.</param>
    /// <param name="rewards">r of each, shape [m], in [0, 1]; those not above 0 are skipped.</param>
    /// <param name="options">α, λ and the number of steps.</param>
    /// <param name="weights">Work space, shape [m].</param>
    /// <param name="kept">Work space, shape [m].</param>
    /// <param name="scratch">Work space, shape [3·D].</param>
    /// <param name="viewer">Receives u, shape [D], of length one.</param>
    /// <returns>False for a cold viewer: nothing to fold in, or the result has no direction. u is zeros then.</returns>
    /// <remarks>O(steps·(D² + m·D)), no allocation.</remarks>
    public static bool TryFold(
        ReadOnlySpan<float> gram, ReadOnlySpan<float> vectors, ReadOnlySpan<int> rows, ReadOnlySpan<float> rewards,
        FoldInOptions options, Span<float> weights, Span<int> kept, Span<float> scratch, Span<float> viewer)
    {
        viewer.Clear();
        var count = 0;
        var known = vectors.Length / viewer.Length;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rewards[i] > 0 && (uint)rows[i] < (uint)known)
            {
                kept[count] = rows[i];
                weights[count++] = 1 + (options.Alpha * rewards[i]);
            }
        }

        if (count == 0)
        {
            return false;
        }

        ImplicitSystem.Solve(
            gram, vectors, kept[..count], weights[..count], options.Ridge, options.Steps, viewer, scratch);
        return UnitVector.Normalise(viewer);
    }
}
