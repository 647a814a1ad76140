using Recs.Matching.Bandits;
using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <summary>
/// What an item earned above its prior in each cluster, as the hierarchical policies see it, kept beside the network so that a
/// stack learns against the same baseline that serving gives it. A row: Σ w², Σ w, Σ w·(r − π).
/// </summary>
sealed class EdgeSums(EmbeddingTable table, OnlineOptions options)
{
    /// <summary>Numbers of a row.</summary>
    public const int Width = 3;

    const int ClustersMax = 16;

    /// <summary>The rows, by cluster and item.</summary>
    public EmbeddingTable Table => table;

    /// <summary>The hierarchical mean π + η + Σ w·δ; see <see cref="HierarchicalUcb"/>.</summary>
    /// <param name="example">The pair.</param>
    /// <param name="shown">n of the item.</param>
    /// <param name="residual">R of the item.</param>
    /// <param name="isOwnLeftOut">Whether the example's own impression is taken off the edges.</param>
    public float Mean(in OnlineExample example, double shown, double residual, bool isOwnLeftOut)
    {
        Span<double> weights = stackalloc double[ClustersMax], precisions = stackalloc double[ClustersMax];
        Span<double> sums = stackalloc double[ClustersMax], residuals = stackalloc double[ClustersMax];
        var count = 0;
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) == 0)
            {
                continue;
            }

            double w = weights[count] = example.Weights[k];
            var row = table.Find(KeyOf(example.Clusters[k], example.Row));
            var own = isOwnLeftOut && row != EmbeddingTable.None ? w : 0;
            precisions[count] = Of(row, 0) - (own * own);
            sums[count] = Of(row, 1) - own;
            residuals[count++] = Of(row, 2) + (own * example.Prior);
        }

        var effect = HierarchicalUcb.ItemEffect(shown, residual, options.ItemShrinkage);
        return (float)(example.Prior + effect + HierarchicalUcb.EdgeEffect(
            weights[..count], precisions[..count], sums[..count], residuals[..count], effect, options.EdgeShrinkage));
    }

    /// <summary>The variance of that mean.</summary>
    public float Variance(in OnlineExample example, double shown, double mean)
    {
        Span<double> weights = stackalloc double[ClustersMax], precisions = stackalloc double[ClustersMax];
        var count = 0;
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) != 0)
            {
                weights[count] = example.Weights[k];
                precisions[count++] = Of(table.Find(KeyOf(example.Clusters[k], example.Row)), 0);
            }
        }

        return (float)HierarchicalUcb.Variance(
            mean, shown, weights[..count], precisions[..count], options.EdgeShrinkage, options.ItemShrinkage);
    }

    /// <summary>Adds an impression or a reward to the matched edges.</summary>
    public void Add(in OnlineExample example, uint seconds)
    {
        for (var k = 0; k < example.Clusters.Length; k++)
        {
            if ((example.Matched >> k & 1) == 0)
            {
                continue;
            }

            var row = table.GetOrAdd(KeyOf(example.Clusters[k], example.Row), seconds);
            var w = example.Weights[k];
            var values = table.BeginWrite(row);
            values[0] += example.IsReward ? 0 : w * w;
            values[1] += example.IsReward ? 0 : w;
            values[2] += w * (example.IsReward ? example.Reward : -example.Prior);
            table.EndWrite(row);
        }
    }

    static UInt128 KeyOf(int cluster, int row) => new((uint)cluster, (ulong)(uint)row + 1);

    double Of(int row, int number) => row == EmbeddingTable.None ? 0 : table.Row(row)[number];
}
