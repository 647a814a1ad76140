using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Recs.Matching.Graph;

/// <summary>
/// Diag-LinUCB: score = Σ w·b/(d + d0) + α·√(Σ w²/(d + d0)) over the matched edges. Yi et al., RecSys 2023,
/// arXiv:2307.15893, equation 7.
/// </summary>
static unsafe class DiagKernel
{
    /// <summary>Floats accumulated per item: mean and variance.</summary>
    public const int Width = 2;

    /// <summary>(w·b/(d + d0), w²/(d + d0)) of every edge; an untried one gives (0, +∞) where that is the policy.</summary>
    /// <param name="sums">bd of the edges, shape [count], readable to the next multiple of 8.</param>
    /// <param name="count">Edges.</param>
    /// <param name="weight">w of the cluster, &gt; 0.</param>
    /// <param name="options">d0 and the policy for untried edges.</param>
    /// <param name="pairs">Destination, shape [count][2], writable to the next multiple of 8.</param>
    public static void Contributions(ulong* sums, int count, float weight, ScoringOptions options, float* pairs)
    {
        if (!Avx.IsSupported)
        {
            ContributionsOneByOne(sums, count, weight, options, pairs);
            return;
        }

        var infinite = options.UntriedIsInfinite;
        var w = Vector256.Create(weight);
        var d0 = Vector256.Create(options.PriorPrecision);
        for (var edge = 0; edge < count; edge += 8)
        {
            var low = Vector256.Load((float*)(sums + edge));
            var high = Vector256.Load((float*)(sums + edge + 4));
            var b = Avx.Shuffle(low, high, 0x88);
            var d = Avx.Shuffle(low, high, 0xDD);
            var shrunk = w / (d + d0);
            var mean = shrunk * b;
            var variance = shrunk * w;
            if (infinite)
            {
                var untried = Vector256.Equals(d, Vector256<float>.Zero);
                mean = Vector256.AndNot(mean, untried);
                variance = Vector256.ConditionalSelect(untried, Vector256.Create(float.PositiveInfinity), variance);
            }

            Avx.UnpackLow(mean, variance).Store(pairs + (2 * edge));
            Avx.UnpackHigh(mean, variance).Store(pairs + (2 * edge) + 8);
        }
    }

    /// <summary>The same without reading past the count.</summary>
    public static void ContributionsOneByOne(ulong* sums, int count, float weight, ScoringOptions options, float* pairs)
    {
        var infinite = options.UntriedIsInfinite;
        for (var edge = 0; edge < count; edge++)
        {
            var packed = Volatile.Read(ref sums[edge]);
            var d = EdgeTable.HighOf(packed);
            var untried = infinite && d == 0;
            var shrunk = weight / (d + options.PriorPrecision);
            pairs[2 * edge] = untried ? 0 : shrunk * EdgeTable.LowOf(packed);
            pairs[(2 * edge) + 1] = untried ? float.PositiveInfinity : shrunk * weight;
        }
    }

    /// <summary>Scores of all slots; a NaN becomes -∞.</summary>
    /// <param name="sums">Shape [slots][2], readable to the next multiple of 8.</param>
    /// <param name="slots">Items.</param>
    /// <param name="alpha">α ≥ 0; 0 leaves the spread out, infinite or not.</param>
    /// <param name="metOnly">A slot without any edge, whose variance is 0, gets -∞.</param>
    /// <param name="scores">Shape [slots], writable to the next multiple of 8.</param>
    public static void Scores(float* sums, int slots, float alpha, bool metOnly, float* scores)
    {
        var slot = 0;
        var least = Vector256.Create(metOnly ? 0 : -1f);
        for (; Avx2.IsSupported && slot < slots; slot += 8)
        {
            var low = Vector256.Load(sums + (2L * slot));
            var high = Vector256.Load(sums + (2L * slot) + 8);
            var score = Avx.Shuffle(low, high, 0x88);
            var variance = Avx.Shuffle(low, high, 0xDD);
            if (alpha > 0)
            {
                score += alpha * Vector256.Sqrt(variance);
            }

            score = Vector256.ConditionalSelect(
                Vector256.Equals(score, score) & Vector256.GreaterThan(variance, least), score, Vector256.Create(float.NegativeInfinity));
            Avx2.Permute4x64(score.AsDouble(), 0b11_01_10_00).AsSingle().Store(scores + slot);
        }

        for (; slot < slots; slot++)
        {
            var score = sums[2L * slot] + (alpha > 0 ? alpha * MathF.Sqrt(sums[(2L * slot) + 1]) : 0);
            scores[slot] = float.IsNaN(score) || !(sums[(2L * slot) + 1] > (metOnly ? 0 : -1)) ? float.NegativeInfinity : score;
        }
    }

    /// <summary>Divides the scores by the number of matched edges.</summary>
    public static void Normalise(ulong* marks, int slots, float* scores)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            scores[slot] /= Matched(marks[slot]);
        }
    }

    /// <summary>Matched edges of an item, at least 1.</summary>
    public static int Matched(ulong mark) => Math.Max(1, BitOperations.PopCount(mark >> 32));
}
