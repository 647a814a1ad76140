using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Recs.Matching.Numerics;

namespace Recs.Matching.Clusters;

/// <summary>
/// Which user clusters a request belongs to and how much: Online Matching (Yi et al., RecSys 2023), equation 10 as
/// restated by others. A weight w travels as the 16-bit q = round(65535·w), at least 1; scoring and learning both use
/// q/65535, so the quantised weights need not add up to one.
/// </summary>
public static class ClusterAssignment
{
    /// <summary>Largest number of active clusters: a matched mask has 16 bits.</summary>
    public const int ActiveMax = 16;

    /// <summary>The integer that stands for the weight 1.</summary>
    public const int One = 65535;

    /// <summary>The K clusters nearest to a viewer by inner product, with softmax weights over those K.</summary>
    /// <param name="viewer">u, shape [D].</param>
    /// <param name="centroids">Shape [C x D], row-major.</param>
    /// <param name="temperature">τ > 0, in units of the inner product; smaller is sharper.</param>
    /// <param name="clusters">Receives cluster ids, shape [K], K ≤ 16, by descending weight; ties by id.</param>
    /// <param name="weights">Receives quantised weights, shape [K].</param>
    /// <returns>How many were written: the smaller of K and C.</returns>
    /// <remarks>One pass over the centroids, O(C·D); no allocation.</remarks>
    public static int Nearest(
        ReadOnlySpan<float> viewer, ReadOnlySpan<float> centroids, float temperature,
        Span<int> clusters, Span<ushort> weights)
    {
        Debug.Assert(clusters.Length is > 0 and <= ActiveMax, "a matched mask has 16 bits");
        Debug.Assert(weights.Length >= clusters.Length, "one weight per cluster");
        Span<float> best = stackalloc float[ActiveMax];
        best = best[..clusters.Length];
        var total = centroids.Length / viewer.Length;
        var count = 0;
        Span<float> four = stackalloc float[4];
        for (var cluster = 0; cluster < total; cluster += 4)
        {
            var rows = Math.Min(4, total - cluster);
            DotRows(viewer, centroids.Slice(cluster * viewer.Length, rows * viewer.Length), four[..rows]);
            for (var i = 0; i < rows; i++)
            {
                if (count < best.Length || four[i] > best[^1])
                {
                    Insert(four[i], cluster + i, best, clusters, ref count);
                }
            }
        }

        Softmax(best[..count], temperature, weights);
        return count;
    }

    /// <summary>Clusters of a viewer of whom nothing is known: distinct, drawn by population, equal weights 1/K.</summary>
    /// <param name="cumulative">Shape [C], from <see cref="Accumulate"/>.</param>
    /// <param name="rng">The request's generator.</param>
    /// <param name="clusters">Receives cluster ids, shape [K], K ≤ 16, in the order drawn.</param>
    /// <param name="weights">Receives quantised weights, shape [K].</param>
    /// <returns>How many were written: fewer than K only when fewer clusters have a population.</returns>
    /// <remarks>
    /// Each draw is proportional to the population of the clusters not yet drawn, by removing their intervals from
    /// the range instead of rejecting: O(K·(K + log C)) whatever the populations. No allocation.
    /// </remarks>
    public static int Cold(
        ReadOnlySpan<long> cumulative, ref Rng rng, Span<int> clusters, Span<ushort> weights)
    {
        Debug.Assert(clusters.Length is > 0 and <= ActiveMax, "a matched mask has 16 bits");
        Span<int> taken = stackalloc int[ActiveMax];
        var left = cumulative.IsEmpty ? 0 : cumulative[^1];
        var count = 0;
        while (count < clusters.Length && left > 0)
        {
            var at = (long)Math.BigMul(rng.Next(), (ulong)left, out _);
            var place = 0;
            for (; place < count && at >= Before(cumulative, taken[place]); place++)
            {
                at += PopulationOf(cumulative, taken[place]);
            }

            var cluster = FirstAbove(cumulative, at);
            left -= PopulationOf(cumulative, cluster);
            taken[place..count].CopyTo(taken[(place + 1)..]);
            taken[place] = cluster;
            clusters[count++] = cluster;
        }

        weights[..count].Fill(count == 0 ? (ushort)0 : Quantise(1.0 / count));
        return count;
    }

    /// <summary>Running sums of population weights as integers, so that draws are exact; none positive means all equal.</summary>
    /// <param name="population">Weight of each cluster, shape [C]; negative or not finite counts as 0.</param>
    /// <param name="cumulative">Receives shape [C]: inclusive running sums, a positive weight being at least 1.</param>
    public static void Accumulate(ReadOnlySpan<float> population, Span<long> cumulative)
    {
        var total = 0.0;
        foreach (var weight in population)
        {
            total += Positive(weight);
        }

        var sum = 0L;
        for (var cluster = 0; cluster < population.Length; cluster++)
        {
            var weight = Positive(population[cluster]);
            sum += total > 0 ? (long)Math.Ceiling(weight / total * (1L << 40)) : 1;
            cumulative[cluster] = sum;
        }
    }

    /// <summary>round(65535·w), at least 1.</summary>
    public static ushort Quantise(double weight) => (ushort)Math.Clamp(Math.Round(weight * One), 1, One);

    static float Positive(float weight) => weight > 0 && float.IsFinite(weight) ? weight : 0;

    static long Before(ReadOnlySpan<long> cumulative, int cluster) => cluster == 0 ? 0 : cumulative[cluster - 1];

    static long PopulationOf(ReadOnlySpan<long> cumulative, int cluster) =>
        cumulative[cluster] - Before(cumulative, cluster);

    static int FirstAbove(ReadOnlySpan<long> cumulative, long at)
    {
        var low = 0;
        var high = cumulative.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = cumulative[middle] > at ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    static void Insert(float value, int cluster, Span<float> best, Span<int> clusters, ref int count)
    {
        var at = count < best.Length ? count++ : count - 1;
        for (; at > 0 && value > best[at - 1]; at--)
        {
            best[at] = best[at - 1];
            clusters[at] = clusters[at - 1];
        }

        best[at] = value;
        clusters[at] = cluster;
    }

    static void Softmax(ReadOnlySpan<float> products, float temperature, Span<ushort> weights)
    {
        Span<double> exponentials = stackalloc double[ActiveMax];
        var sum = 0.0;
        for (var i = 0; i < products.Length; i++)
        {
            sum += exponentials[i] = Math.Exp(((double)products[i] - products[0]) / temperature);
        }

        for (var i = 0; i < products.Length; i++)
        {
            weights[i] = Quantise(exponentials[i] / sum);
        }
    }

    /// <summary>Inner products of up to four rows with u; four share every load of u.</summary>
    static void DotRows(ReadOnlySpan<float> u, ReadOnlySpan<float> rows, Span<float> products)
    {
        var dims = u.Length;
        if (products.Length < 4)
        {
            for (var i = 0; i < products.Length; i++)
            {
                products[i] = System.Numerics.Tensors.TensorPrimitives.Dot(u, rows.Slice(i * dims, dims));
            }

            return;
        }

        ref var left = ref MemoryMarshal.GetReference(u);
        ref var right = ref MemoryMarshal.GetReference(rows);
        Vector<float> a = default, b = default, c = default, d = default;
        var at = 0;
        for (; at <= dims - Vector<float>.Count; at += Vector<float>.Count)
        {
            var part = Vector.LoadUnsafe(ref left, (nuint)at);
            a = Vector.FusedMultiplyAdd(part, Vector.LoadUnsafe(ref right, (nuint)at), a);
            b = Vector.FusedMultiplyAdd(part, Vector.LoadUnsafe(ref right, (nuint)(at + dims)), b);
            c = Vector.FusedMultiplyAdd(part, Vector.LoadUnsafe(ref right, (nuint)(at + (2 * dims))), c);
            d = Vector.FusedMultiplyAdd(part, Vector.LoadUnsafe(ref right, (nuint)(at + (3 * dims))), d);
        }

        (products[0], products[1], products[2], products[3]) = (Vector.Sum(a), Vector.Sum(b), Vector.Sum(c), Vector.Sum(d));
        for (; at < dims; at++)
        {
            for (var row = 0; row < 4; row++)
            {
                products[row] += u[at] * Unsafe.Add(ref right, at + (row * dims));
            }
        }
    }
}
