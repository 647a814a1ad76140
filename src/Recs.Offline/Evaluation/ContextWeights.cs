namespace Recs.Offline.Evaluation;

/// <summary>Weights of a request over its nearest clusters.</summary>
public static class ContextWeights
{
    /// <summary>The indices of the largest similarities, best first; ties go to the lower index. O(C·K).</summary>
    /// <param name="similarities">⟨u, v_c⟩, shape [C].</param>
    /// <param name="top">Shape [K], K ≤ C, overwritten.</param>
    public static void TopClusters(ReadOnlySpan<double> similarities, Span<int> top)
    {
        for (var k = 0; k < top.Length; k++)
        {
            var best = -1;
            for (var c = 0; c < similarities.Length; c++)
            {
                var taken = top[..k].Contains(c);
                best = !taken && (best < 0 || similarities[c] > similarities[best]) ? c : best;
            }

            top[k] = best;
        }
    }

    /// <summary>exp(s/τ) over the given clusters, divided by their sum (Yi et al. 2023, eq. 10).</summary>
    /// <param name="similarities">⟨u, v_c⟩, shape [C].</param>
    /// <param name="clusters">The K clusters, best first.</param>
    /// <param name="temperature">τ &gt; 0.</param>
    /// <returns>w, shape [K], sums to 1.</returns>
    public static double[] Softmax(ReadOnlySpan<double> similarities, ReadOnlySpan<int> clusters, double temperature)
    {
        var weights = new double[clusters.Length];
        var total = 0.0;
        for (var k = 0; k < clusters.Length; k++)
        {
            weights[k] = Math.Exp((similarities[clusters[k]] - similarities[clusters[0]]) / temperature);
            total += weights[k];
        }

        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] /= total;
        }

        return weights;
    }
}
