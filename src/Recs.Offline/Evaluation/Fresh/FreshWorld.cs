using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Fresh;

/// <summary>
/// A catalogue that never stands still: every day brings new items, every item lives ten days, and what makes an item good is
/// hidden from its vector. More is published than a policy that trusts its means finds out about.
/// </summary>
/// <remarks>
/// Appendix B's world of the design document of the algorithms (vectors on the unit sphere of eight dimensions, viewers around 20
/// centroids, P(click) = σ(−1.5 + 2⟨u, v⟩ + 1.2·quality)) with days. Whether a viewer clicks an item follows from the seed, the
/// request and the item: two policies that show the same item to the same request receive the same click.
/// </remarks>
public sealed class FreshWorld
{
    /// <summary>Number of clusters.</summary>
    public const int ClusterCount = 20;

    /// <summary>Days of one run; those before <see cref="FirstDay"/> fill the catalogue and the beliefs.</summary>
    public const int Days = 30;

    /// <summary>The first day that counts.</summary>
    public const int FirstDay = 10;

    /// <summary>Items published each day.</summary>
    public const int ItemsPerDay = 200;

    /// <summary>Days for which an item can be shown.</summary>
    public const int LifeDays = 10;

    /// <summary>Requests of one day.</summary>
    public const int RequestsPerDay = 200;

    const int Dimensions = 8;
    const double ViewerSpread = 0.35;
    const int Purpose = 0x66726573;

    readonly int _seed;
    readonly double[][] _centroids;
    readonly double[][] _items;
    readonly double[] _quality;

    /// <summary>Draws a world; the same seed gives the same one.</summary>
    public FreshWorld(int seed)
    {
        _seed = seed;
        var chance = SeededRandom.Of(seed, Purpose);
        _centroids = RandomDirections.Uniform(ClusterCount, Dimensions, chance);
        _items = RandomDirections.Uniform(ItemCount, Dimensions, chance);
        _quality = [.. Enumerable.Range(0, ItemCount).Select(_ => chance.NextNormal())];
    }

    /// <summary>Items that exist at some time of a run.</summary>
    public static int ItemCount => Days * ItemsPerDay;

    /// <summary>The items alive on a day: row numbers from Start, in order of publishing, the last <see cref="ItemsPerDay"/> published on it.</summary>
    public static (int Start, int End) AliveOn(int day) => (Math.Max(0, day - LifeDays + 1) * ItemsPerDay, (day + 1) * ItemsPerDay);

    /// <summary>The viewer of a request: a unit vector, shape [8].</summary>
    /// <param name="request">Number of the request in the run.</param>
    public double[] ViewerOf(int request)
    {
        var chance = SeededRandom.Of(_seed, ~request);
        return RandomDirections.Around(_centroids[chance.NextIndex(ClusterCount)], ViewerSpread, chance);
    }

    /// <summary>⟨u, v_c⟩ for every cluster.</summary>
    /// <param name="viewer">Shape [8].</param>
    /// <param name="similarities">Receives them, shape [<see cref="ClusterCount"/>].</param>
    public void Similarities(double[] viewer, Span<double> similarities)
    {
        for (var cluster = 0; cluster < ClusterCount; cluster++)
        {
            similarities[cluster] = LinUcb.Dot(viewer, _centroids[cluster]);
        }
    }

    /// <summary>⟨u, v⟩ of a viewer and an item, in [−1, 1].</summary>
    public double AffinityOf(double[] viewer, int item) => LinUcb.Dot(viewer, _items[item]);

    /// <summary>True probability that this viewer clicks this item.</summary>
    public double ProbabilityOf(double[] viewer, int item) =>
        1 / (1 + Math.Exp(1.5 - (2 * AffinityOf(viewer, item)) - (1.2 * _quality[item])));

    /// <summary>Whether the viewer of this request clicks this item.</summary>
    public bool Clicks(int request, double[] viewer, int item) =>
        SeededRandom.Of(_seed + ItemCount + item, request).NextDouble() < ProbabilityOf(viewer, item);
}
