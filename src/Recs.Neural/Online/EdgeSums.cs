using Recs.Matching.Bandits;

namespace Recs.Neural.Online;

/// <summary>
/// What an item earned above its prior in each cluster, as the hierarchical policies see it, kept beside the network so that a
/// stack learns against the same baseline that serving gives it. A row: Σ w², Σ w, Σ w·(r − π).
/// </summary>
static class EdgeSums
{
    /// <summary>Numbers of a row.</summary>
    public const int Width = 3;

    /// <summary>The row's id: cluster and catalogue row.</summary>
    public static UInt128 KeyOf(int cluster, int row) => new((uint)cluster, (ulong)(uint)row + 1);

    /// <summary>The hierarchical mean π + η + Σ w·δ; see <see cref="HierarchicalUcb"/>.</summary>
    /// <param name="example">The pair.</param>
    /// <param name="edges">Its edges.</param>
    /// <param name="options">L1 and L2.</param>
    /// <param name="shown">n of the item.</param>
    /// <param name="residual">R of the item.</param>
    /// <param name="isOwnLeftOut">Whether the example's own impression is taken off the edges.</param>
    public static float Mean(
        in OnlineExample example, EdgeRows edges, OnlineOptions options, double shown, double residual, bool isOwnLeftOut)
    {
        Span<double> weights = stackalloc double[OnlineOptions.ActiveClustersMax], precisions = stackalloc double[OnlineOptions.ActiveClustersMax];
        Span<double> sums = stackalloc double[OnlineOptions.ActiveClustersMax], residuals = stackalloc double[OnlineOptions.ActiveClustersMax];
        var count = 0;
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) == 0)
            {
                continue;
            }

            // An edge that has made room since the impression lacks it: nothing of it can be taken off.
            double w = weights[count] = example.Weights[k];
            var own = isOwnLeftOut && edges.Of(count, 0) >= example.Weights[k] * example.Weights[k] ? w : 0;
            precisions[count] = edges.Of(count, 0) - (own * own);
            sums[count] = edges.Of(count, 1) - own;
            residuals[count] = edges.Of(count, 2) + (own * example.Prior);
            count++;
        }

        var effect = HierarchicalUcb.ItemEffect(shown, residual, options.ItemShrinkage);
        return (float)(example.Prior + effect + HierarchicalUcb.EdgeEffect(
            weights[..count], precisions[..count], sums[..count], residuals[..count], effect, options.EdgeShrinkage));
    }

    /// <summary>The variance of that mean.</summary>
    public static float Variance(in OnlineExample example, EdgeRows edges, OnlineOptions options, double shown, double mean)
    {
        Span<double> weights = stackalloc double[OnlineOptions.ActiveClustersMax], precisions = stackalloc double[OnlineOptions.ActiveClustersMax];
        var count = 0;
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) != 0)
            {
                weights[count] = example.Weights[k];
                precisions[count] = edges.Of(count, 0);
                count++;
            }
        }

        return (float)HierarchicalUcb.Variance(
            mean, shown, weights[..count], precisions[..count], options.EdgeShrinkage, options.ItemShrinkage);
    }

    /// <summary>Adds an impression or a reward to the matched edges.</summary>
    public static void Add(in OnlineExample example, EdgeRows edges)
    {
        var edge = 0;
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) == 0)
            {
                continue;
            }

            var w = example.Weights[k];
            var values = edges.Row(edge++);
            values[0] += example.IsReward ? 0 : w * w;
            values[1] += example.IsReward ? 0 : w;
            values[2] += w * (example.IsReward ? example.Reward : -example.Prior);
        }
    }
}
