using System.Collections.Concurrent;
using Recs.Matching.Bandits;

namespace Recs.Matching.Linear;

/// <summary>
/// <c>lin-ucb</c> and <c>hier-lin-ucb</c> over cluster weights: a full ridge regression per arm, where Diag-LinUCB keeps
/// the diagonal, and one pooled over all arms that the hierarchical form shrinks to.
/// </summary>
/// <remarks>
/// For some hundred arms and up to <see cref="DimensionsMax"/> clusters: an arm holds 1.5·C² numbers. Arms beyond the
/// limit are counted and served by the pooled regression alone. One writer, any number of readers; reading allocates
/// nothing and takes no lock. Li et al., WWW 2010; <see cref="HierarchicalLinUcb"/>.
/// </remarks>
public sealed class LinearArms
{
    /// <summary>Most clusters of a graph that these policies serve.</summary>
    public const int DimensionsMax = 256;

    internal const int One = 65535;
    internal const double One2 = (double)One * One;

    readonly int _armsMax;
    readonly double _ridge;
    Arms _arms;
    long _refused;

    /// <param name="armsMax">Arms with statistics of their own; 0 turns these policies off.</param>
    /// <param name="ridge">l: the strength of the pull to zero or to the pooled regression, above 0.</param>
    public LinearArms(int armsMax, double ridge = HierarchicalLinUcb.DefaultRidge)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(armsMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ridge);
        (_armsMax, _ridge) = (armsMax, ridge);
        _arms = new Arms(0, 0, ridge);
    }

    /// <summary>Global id of the first cluster.</summary>
    public int ClusterIdBase => Volatile.Read(ref _arms).Base;

    /// <summary>C; 0 when these policies are off or the graph has too many clusters.</summary>
    public int Dimensions => Volatile.Read(ref _arms).Dimensions;

    /// <summary>Updates of arms that have no statistics because the limit is reached.</summary>
    public long RefusedCount => Volatile.Read(ref _refused);

    /// <summary>Rows of the arms with statistics.</summary>
    public IEnumerable<int> Rows => Volatile.Read(ref _arms).ByRow.Keys;

    /// <summary>Fits the clusters of a graph; what was learned about other clusters is forgotten.</summary>
    /// <returns>False when they were these already.</returns>
    public bool Reset(int clusterIdBase, int clusters)
    {
        var dimensions = _armsMax == 0 || clusters > DimensionsMax ? 0 : clusters;
        if (clusterIdBase == _arms.Base && dimensions == _arms.Dimensions)
        {
            return false;
        }

        Volatile.Write(ref _arms, new Arms(clusterIdBase, dimensions, _ridge));
        return true;
    }

    /// <summary>Forgets everything learned.</summary>
    public void Clear() => Volatile.Write(ref _arms, new Arms(_arms.Base, _arms.Dimensions, _ridge));

    /// <summary>An arm was shown.</summary>
    /// <param name="row">The arm.</param>
    /// <param name="clusters">Global ids of the active clusters, shape [k].</param>
    /// <param name="weights">Their weights in units of 1/65535, shape [k].</param>
    /// <returns>False when the clusters are not these, or the arm is beyond the limit.</returns>
    public bool AddImpression(int row, ReadOnlySpan<int> clusters, ReadOnlySpan<ushort> weights)
    {
        Span<int> local = stackalloc int[clusters.Length];
        if (!_arms.TryLocal(clusters, local))
        {
            return false;
        }

        _arms.Pooled.AddImpression(local, weights);
        if (Arm(row) is not { } arm)
        {
            return false;
        }

        arm.AddImpression(local, weights);
        return true;
    }

    /// <summary>An arm earned a reward; otherwise as <see cref="AddImpression"/>.</summary>
    /// <param name="row">The arm.</param>
    /// <param name="clusters">Global ids, shape [k].</param>
    /// <param name="weights">Weights, shape [k].</param>
    /// <param name="reward">r in units of 1/65535, in [−65535, 65535].</param>
    /// <returns>As there.</returns>
    public bool AddReward(int row, ReadOnlySpan<int> clusters, ReadOnlySpan<ushort> weights, int reward)
    {
        Span<int> local = stackalloc int[clusters.Length];
        if (!_arms.TryLocal(clusters, local))
        {
            return false;
        }

        _arms.Pooled.AddReward(local, weights, reward);
        if (Arm(row) is not { } arm)
        {
            return false;
        }

        arm.AddReward(local, weights, reward);
        return true;
    }

    /// <summary>Solves the pooled regression; call it after a block of updates.</summary>
    public void Publish()
    {
        var coefficients = new double[_arms.Dimensions];
        LinUcb.Solve(_arms.Pooled.Inverse, _arms.Pooled.Rewards, coefficients);
        Volatile.Write(ref _arms.Coefficients, coefficients);
    }

    /// <summary>What is believed of an arm.</summary>
    /// <param name="row">The arm.</param>
    /// <param name="clusterIdBase">Global id of the asker's first cluster; another graph's arms are all new.</param>
    /// <param name="clusters">Active clusters counted from that, shape [k].</param>
    /// <param name="weights">Their weights, shape [k].</param>
    /// <param name="isPooled">Shrink to the pooled regression instead of to zero.</param>
    /// <returns>Mean ⟨x, θ⟩ and spread √(xᵀA⁻¹x). O(k·C).</returns>
    public (float Mean, float Spread) BeliefOf(
        int row, int clusterIdBase, ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights, bool isPooled)
    {
        var arms = Volatile.Read(ref _arms);
        if (arms.Base != clusterIdBase || arms.Dimensions == 0)
        {
            return (0, MathF.Sqrt(SquaredNorm(weights) / (float)_ridge));
        }

        var coefficients = Volatile.Read(ref arms.Coefficients);
        if (arms.ByRow.TryGetValue(row, out var arm))
        {
            Span<double> product = stackalloc double[DimensionsMax];
            product = product[..arms.Dimensions];
            arm.Solve(clusters, weights, product);
            var mean = LinUcb.Dot(product, arm.Rewards) + (isPooled ? _ridge * LinUcb.Dot(product, coefficients) : 0);
            return ((float)mean, Spread(product, clusters, weights));
        }

        var pooled = isPooled ? Dot(coefficients, clusters, weights) : 0;
        if (Volatile.Read(ref arms.Count) < _armsMax)
        {
            return (pooled, MathF.Sqrt(SquaredNorm(weights) / (float)_ridge));
        }

        // Without statistics of its own an arm would stay new for ever: it is as uncertain as the population is.
        Span<double> all = stackalloc double[DimensionsMax];
        all = all[..arms.Dimensions];
        arms.Pooled.Solve(clusters, weights, all);
        return (pooled, Spread(all, clusters, weights));
    }

    /// <summary>Length of a page in numbers.</summary>
    public static int PageLength(int dimensions) => LinearArm.Packed(dimensions) + dimensions;

    /// <summary>Copies an arm's sums, or with row −1 the pooled ones.</summary>
    /// <param name="row">The arm.</param>
    /// <param name="page">Shape [<see cref="PageLength"/>]: the design's lower triangle, then the moments.</param>
    public void CopyTo(int row, Span<long> page)
    {
        var arm = row < 0 ? _arms.Pooled : _arms.ByRow[row];
        arm.Design.CopyTo(page);
        arm.Moments.CopyTo(page[arm.Design.Length..]);
    }

    /// <summary>Replaces an arm's sums, or with row −1 the pooled ones.</summary>
    public void Restore(int row, ReadOnlySpan<long> page)
    {
        var arm = row < 0 ? _arms.Pooled : Arm(row);
        if (arm is null)
        {
            return;
        }

        page[..arm.Design.Length].CopyTo(arm.Design);
        page[arm.Design.Length..].CopyTo(arm.Moments);
        arm.Restore();
    }

    static float Dot(double[] coefficients, ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        for (var k = 0; k < clusters.Length; k++)
        {
            sum += coefficients[clusters[k]] * weights[k];
        }

        return (float)sum;
    }

    static float SquaredNorm(ReadOnlySpan<float> weights)
    {
        var sum = 0f;
        foreach (var weight in weights)
        {
            sum += weight * weight;
        }

        return sum;
    }

    static float Spread(ReadOnlySpan<double> product, ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights)
    {
        var variance = 0.0;
        for (var k = 0; k < clusters.Length; k++)
        {
            variance += product[clusters[k]] * weights[k];
        }

        return (float)Math.Sqrt(Math.Max(variance, 0));
    }

    LinearArm? Arm(int row)
    {
        if (_arms.ByRow.TryGetValue(row, out var arm))
        {
            return arm;
        }

        if (_arms.Count >= _armsMax)
        {
            _ = Interlocked.Increment(ref _refused);
            return null;
        }

        arm = _arms.ByRow[row] = new LinearArm(_arms.Dimensions, _ridge);
        Volatile.Write(ref _arms.Count, _arms.Count + 1);
        return arm;
    }

    /// <summary>Everything that belongs to one set of clusters, exchanged as a whole.</summary>
    sealed class Arms(int clusterIdBase, int dimensions, double ridge)
    {
        public double[] Coefficients = new double[dimensions];
        public int Count;

        public int Base => clusterIdBase;

        public int Dimensions => dimensions;

        public ConcurrentDictionary<int, LinearArm> ByRow { get; } = new();

        public LinearArm Pooled { get; } = new(dimensions, ridge);

        public bool TryLocal(ReadOnlySpan<int> clusters, Span<int> local)
        {
            for (var k = 0; k < clusters.Length; k++)
            {
                local[k] = clusters[k] - clusterIdBase;
                if ((uint)local[k] >= (uint)dimensions)
                {
                    return false;
                }
            }

            return clusters.Length > 0;
        }
    }
}
