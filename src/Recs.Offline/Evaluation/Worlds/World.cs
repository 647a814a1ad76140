using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation.Worlds;

/// <summary>
/// One draw of the synthetic world: 20 clusters and 160 items in eight dimensions, each cluster connected to the 30 items
/// nearest to its centroid, item quality hidden from the vectors.
/// </summary>
/// <remarks>
/// The design document of the algorithms, appendix B, read as follows. Centroids and item vectors are uniform on the unit
/// sphere. A request picks a home cluster uniformly; its viewer is the home centroid plus 0.35·N(0, I), made a unit
/// vector. An item's quality is √(1 − H)·g + √H·g_c with g and g_c standard normal, c the home cluster.
/// P(reward) = σ(−1.5 + 2⟨u, v⟩ + 1.2·quality). Each request brings its own uniform number, so every policy that shows the
/// same item to the same request receives the same reward.
/// </remarks>
public sealed class World
{
    /// <summary>Number of clusters.</summary>
    public const int ClusterCount = 20;

    /// <summary>Number of items.</summary>
    public const int ItemCount = 160;

    /// <summary>Items each cluster is connected to.</summary>
    public const int EdgesPerCluster = 30;

    /// <summary>Requests of one run.</summary>
    public const int RequestCount = 12_000;

    /// <summary>Temperature of the cluster weights.</summary>
    public const double Temperature = 0.3;

    /// <summary>Length of the dense context: the viewer's vector and a 1.</summary>
    public const int FeatureCount = Dimensions + 1;

    const int Dimensions = 8;
    const double ViewerSpread = 0.35;
    const double Intercept = -1.5;
    const double AffinityFactor = 2;
    const double QualityFactor = 1.2;
    const int Purpose = 0x776F726C;

    readonly double[] _quality = new double[ClusterCount * ItemCount];
    readonly int[] _homes = new int[RequestCount];
    readonly double[] _draws = new double[RequestCount];
    readonly double[][] _features = new double[RequestCount][];
    readonly double[][] _affinities = new double[RequestCount][];
    readonly double[][] _similarities = new double[RequestCount][];

    World()
    {
    }

    /// <summary>Which edges exist, shape [clusters x items], row-major.</summary>
    public bool[] Edges { get; } = new bool[ClusterCount * ItemCount];

    /// <summary>Items that at least one cluster is connected to.</summary>
    public int ReachableCount { get; private set; }

    /// <summary>Draws a world.</summary>
    /// <param name="seed">The same seed and share give the same world and the same requests.</param>
    /// <param name="share">H in [0, 1]: the share of the quality variance that is specific to the home cluster.</param>
    public static World Create(int seed, double share)
    {
        var chance = SeededRandom.Of(seed, Purpose);
        var world = new World();
        var centroids = RandomDirections.Uniform(ClusterCount, Dimensions, chance);
        var items = RandomDirections.Uniform(ItemCount, Dimensions, chance);
        world.DrawQuality(share, chance);
        world.Connect(centroids, items);
        for (var request = 0; request < RequestCount; request++)
        {
            world.DrawRequest(request, centroids, items, chance);
        }

        return world;
    }

    /// <summary>True probability of reward when <paramref name="item"/> is shown to <paramref name="request"/>.</summary>
    public double ProbabilityOf(int request, int item)
    {
        var quality = _quality[(_homes[request] * ItemCount) + item];
        var logOdds = Intercept + (AffinityFactor * _affinities[request][item]) + (QualityFactor * quality);
        return 1 / (1 + Math.Exp(-logOdds));
    }

    /// <summary>The reward, 0 or 1, that this request gives for this item.</summary>
    public double RewardOf(int request, int item) => _draws[request] < ProbabilityOf(request, item) ? 1 : 0;

    /// <summary>What policies see of every request when it belongs to its <paramref name="clusterCount"/> nearest clusters.</summary>
    /// <param name="clusterCount">K in 1 … <see cref="ClusterCount"/>.</param>
    public WorldRequest[] RequestsFor(int clusterCount)
    {
        var requests = new WorldRequest[RequestCount];
        var clusters = new int[clusterCount];
        for (var request = 0; request < RequestCount; request++)
        {
            ContextWeights.TopClusters(_similarities[request], clusters);
            var weights = ContextWeights.Softmax(_similarities[request], clusters, Temperature);
            var context = new BanditContext(_features[request], [.. clusters], weights, _affinities[request]);
            requests[request] = new(context, ItemsOf(clusters));
        }

        return requests;
    }

    static double[] Products(double[] vector, double[][] others)
    {
        var products = new double[others.Length];
        for (var i = 0; i < others.Length; i++)
        {
            products[i] = LinUcb.Dot(vector, others[i]);
        }

        return products;
    }

    void DrawQuality(double share, SeededRandom chance)
    {
        for (var item = 0; item < ItemCount; item++)
        {
            var common = Math.Sqrt(1 - share) * chance.NextNormal();
            for (var cluster = 0; cluster < ClusterCount; cluster++)
            {
                _quality[(cluster * ItemCount) + item] = common + (Math.Sqrt(share) * chance.NextNormal());
            }
        }
    }

    void Connect(double[][] centroids, double[][] items)
    {
        var nearest = new int[EdgesPerCluster];
        for (var cluster = 0; cluster < ClusterCount; cluster++)
        {
            ContextWeights.TopClusters(Products(centroids[cluster], items), nearest);
            foreach (var item in nearest)
            {
                Edges[(cluster * ItemCount) + item] = true;
            }
        }

        ReachableCount = ItemsOf([.. Enumerable.Range(0, ClusterCount)]).Length;
    }

    void DrawRequest(int request, double[][] centroids, double[][] items, SeededRandom chance)
    {
        var home = chance.NextIndex(ClusterCount);
        var viewer = RandomDirections.Around(centroids[home], ViewerSpread, chance);
        _homes[request] = home;
        _draws[request] = chance.NextDouble();
        _features[request] = [.. viewer, 1];
        _similarities[request] = Products(viewer, centroids);
        _affinities[request] = Products(viewer, items);
    }

    int[] ItemsOf(int[] clusters)
    {
        var items = new List<int>(ItemCount);
        for (var item = 0; item < ItemCount; item++)
        {
            foreach (var cluster in clusters)
            {
                if (Edges[(cluster * ItemCount) + item])
                {
                    items.Add(item);
                    break;
                }
            }
        }

        return [.. items];
    }
}
