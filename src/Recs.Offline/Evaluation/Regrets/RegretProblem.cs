using Recs.Matching.Bandits;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Tables;

namespace Recs.Offline.Evaluation.Regrets;

/// <summary>A table made ready for one seed: contexts with the weights of that seed's clustering.</summary>
/// <remarks>
/// The dense context is the standardised features and a 1, divided by √D. Clusters come from k-means on the standardised
/// features; weights are the softmax over the K nearest unit centroids of the inner product with the unit context.
/// </remarks>
sealed class RegretProblem
{
    const int Purpose = 0x6B6D6E73;

    RegretProblem(RewardTable table, BanditContext[] contexts, PolicyShape shape)
    {
        Table = table;
        Contexts = contexts;
        Shape = shape;
    }

    /// <summary>The rewards.</summary>
    public RewardTable Table { get; }

    /// <summary>One per row of the table.</summary>
    public BanditContext[] Contexts { get; }

    /// <summary>What policies are laid out for; every edge exists.</summary>
    public PolicyShape Shape { get; }

    /// <summary>Clusters the table's contexts with this seed.</summary>
    public static RegretProblem Create(RewardTable table, Clustering clustering, int seed)
    {
        var centroids = ContextClusters.Fit(table.Features, clustering.Clusters, SeededRandom.Of(seed, Purpose));
        var units = centroids.Select(Unit).ToArray();
        var top = new int[Math.Min(clustering.ActiveClusters, units.Length)];
        var similarities = new double[units.Length];
        var contexts = new BanditContext[table.RowCount];
        for (var row = 0; row < table.RowCount; row++)
        {
            var unit = Unit(table.Features[row]);
            for (var c = 0; c < units.Length; c++)
            {
                similarities[c] = LinUcb.Dot(unit, units[c]);
            }

            ContextWeights.TopClusters(similarities, top);
            var weights = ContextWeights.Softmax(similarities, top, clustering.Temperature);
            contexts[row] = new(Dense(table.Features[row]), [.. top], weights, []);
        }

        var dimensions = contexts[0].Features.Length;
        return new(table, contexts, new(table.ArmCount, units.Length, dimensions, []));
    }

    static double[] Unit(double[] vector)
    {
        var norm = Math.Sqrt(LinUcb.Dot(vector, vector));
        return norm > 0 ? [.. vector.Select(value => value / norm)] : vector;
    }

    static double[] Dense(double[] features)
    {
        var scale = 1 / Math.Sqrt(Math.Max(1, features.Length));
        return [.. features.Select(value => value * scale), scale];
    }
}
