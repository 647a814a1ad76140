using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Recs.Matching.Numerics;

namespace Recs.Matching.Graph;

/// <summary>
/// The hierarchical policy: a calibrated prior, an effect of the item shared by its edges, and an effect of each edge.
/// m = π + η + Σ w·(E - W·η)/(d + L1), V = 1/(n + L2) + Σ w²/(d + L1), score = m + α·√(m'(1 - m')·V), m' = m clipped
/// to [0.02, 0.98]. algorithms: section 1.7.
/// </summary>
static unsafe class HierKernel
{
    /// <summary>Floats accumulated per item: Σ wE/(d + L1), Σ wW/(d + L1), Σ w²/(d + L1), Σ w·(x - floor).</summary>
    public const int Width = 4;

    const float MeanMin = 0.02f;
    const float MeanMax = 0.98f;
    const byte LaneW = 0b0100;
    const byte LaneX = 0b1000;

    /// <summary>The four contributions of every edge.</summary>
    /// <param name="records">(E, W, d, x), shape [count][4], readable to the next multiple of 8.</param>
    /// <param name="count">Edges.</param>
    /// <param name="weight">w of the cluster, &gt; 0.</param>
    /// <param name="shrinkage">L1 &gt; 0.</param>
    /// <param name="floor">Smallest affinity of the cluster, taken off every x.</param>
    /// <param name="quads">Destination, shape [count][4], writable to the next multiple of 8.</param>
    public static void Contributions(
        float* records, int count, float weight, float shrinkage, float floor, float* quads)
    {
        if (!Avx.IsSupported)
        {
            ContributionsOneByOne(records, count, weight, shrinkage, floor, quads);
            return;
        }

        var w = Vector256.Create(weight);
        var offset = Vector256.Create(0, 0, 0, floor, 0, 0, 0, floor);
        for (var edge = 0; edge < count; edge += 8)
        {
            var from = records + (4L * edge);
            var r01 = TwoRecords(from);
            var r23 = TwoRecords(from + 8);
            var r45 = TwoRecords(from + 16);
            var r67 = TwoRecords(from + 24);
            var d = Avx.Shuffle(Avx.UnpackHigh(r01, r23), Avx.UnpackHigh(r45, r67), 0b01_00_01_00);
            var shrunk = w / (d + Vector256.Create(shrinkage));
            var to = quads + (4L * edge);
            Quads(r01, Avx.Permute(shrunk, 0b00_00_00_00), w, offset).Store(to);
            Quads(r23, Avx.Permute(shrunk, 0b01_01_01_01), w, offset).Store(to + 8);
            Quads(r45, Avx.Permute(shrunk, 0b10_10_10_10), w, offset).Store(to + 16);
            Quads(r67, Avx.Permute(shrunk, 0b11_11_11_11), w, offset).Store(to + 24);
        }
    }

    /// <summary>Two loads of 16 bytes: those are single accesses, one of 32 need not be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> TwoRecords(float* from) =>
        Vector256.Create(Vector128.LoadAligned(from), Vector128.LoadAligned(from + 4));

    /// <summary>(E, W, w, x - floor) · (s, s, s, w), where s = w/(d + L1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Quads(
        Vector256<float> records, Vector256<float> shrunk, Vector256<float> w, Vector256<float> offset) =>
        (Avx.Blend(records, w, LaneW | (LaneW << 4)) - offset) * Avx.Blend(shrunk, w, LaneX | (LaneX << 4));

    /// <summary>The same without reading past the count.</summary>
    public static void ContributionsOneByOne(
        float* records, int count, float weight, float shrinkage, float floor, float* quads)
    {
        for (var edge = 0; edge < count; edge++)
        {
            var record = Vector128.LoadAligned(records + (4L * edge));
            var shrunk = weight / (record[2] + shrinkage);
            Vector128.Create(shrunk * record[0], shrunk * record[1], shrunk * weight, weight * (record[3] - floor))
                .StoreAligned(quads + (4L * edge));
        }
    }

    /// <summary>Brings the item effects into slot order.</summary>
    /// <param name="marks">Shape [slots]; the low half is a label.</param>
    /// <param name="slots">Items.</param>
    /// <param name="rowOfLabel">Null when a mark's low half is the row itself.</param>
    /// <param name="effects">By row.</param>
    /// <param name="gathered">Destination, shape [slots].</param>
    public static void GatherEffects(ulong* marks, int slots, int* rowOfLabel, ulong* effects, ulong* gathered)
    {
        var end = marks + slots;
        if (rowOfLabel == null)
        {
            for (; marks < end; marks++)
            {
                *gathered++ = effects[(uint)*marks];
            }

            return;
        }

        for (; marks < end; marks++)
        {
            *gathered++ = effects[(uint)rowOfLabel[(uint)*marks]];
        }
    }

    /// <summary>The same for a run of rows.</summary>
    public static void GatherEffects(int* rows, int count, ulong* effects, ulong* gathered)
    {
        for (var end = rows + count; rows < end; rows++)
        {
            *gathered++ = effects[(uint)*rows];
        }
    }

    /// <summary>Scores of all slots; a NaN becomes -∞.</summary>
    /// <param name="sums">Shape [slots][4], readable to the next multiple of 8.</param>
    /// <param name="effects">η in the low and 1/(n + L2) in the high half, shape [slots], likewise.</param>
    /// <param name="slots">Items.</param>
    /// <param name="affinity">What to add to the fourth sum to get ⟨u, v⟩.</param>
    /// <param name="options">α, a and β.</param>
    /// <param name="metOnly">A slot without any edge gets -∞.</param>
    /// <param name="scores">Shape [slots], writable to the next multiple of 8.</param>
    public static void Scores(
        float* sums, ulong* effects, int slots, float affinity, ScoringOptions options, bool metOnly, float* scores)
    {
        var slot = 0;
        var least = Vector256.Create(metOnly ? 0 : -1f);
        var alpha = Vector256.Create(options.Alpha);
        var slope = Vector256.Create(options.PriorSlope);
        var intercept = Vector256.Create(options.PriorIntercept + (options.PriorSlope * affinity));
        for (; Avx2.IsSupported && slot < slots; slot += 8)
        {
            var from = sums + (4L * slot);
            var r02 = Vector256.Create(Vector128.LoadAligned(from), Vector128.LoadAligned(from + 8));
            var r13 = Vector256.Create(Vector128.LoadAligned(from + 4), Vector128.LoadAligned(from + 12));
            var r46 = Vector256.Create(Vector128.LoadAligned(from + 16), Vector128.LoadAligned(from + 24));
            var r57 = Vector256.Create(Vector128.LoadAligned(from + 20), Vector128.LoadAligned(from + 28));

            // Both halves are transposed in lane order (0, 1, 4, 5 | 2, 3, 6, 7), the order in which the shuffles
            // of the packed effects come out; one permutation at the end puts the scores right.
            var lowEW = Avx.UnpackLow(r02, r13);
            var highEW = Avx.UnpackLow(r46, r57);
            var lowVX = Avx.UnpackHigh(r02, r13);
            var highVX = Avx.UnpackHigh(r46, r57);
            var edge = Avx.Shuffle(lowEW, highEW, 0b01_00_01_00);
            var share = Avx.Shuffle(lowEW, highEW, 0b11_10_11_10);
            var variance = Avx.Shuffle(lowVX, highVX, 0b01_00_01_00);
            var met = Vector256.GreaterThan(variance, least);
            var dot = Avx.Shuffle(lowVX, highVX, 0b11_10_11_10);
            var packedLow = Vector256.Load((float*)(effects + slot));
            var packedHigh = Vector256.Load((float*)(effects + slot + 4));
            var effect = Avx.Shuffle(packedLow, packedHigh, 0x88);
            variance += Avx.Shuffle(packedLow, packedHigh, 0xDD);

            var prior = VectorMath.Logistic(Vector256.FusedMultiplyAdd(dot, slope, intercept));
            var mean = prior + effect + (edge - (share * effect));
            var clipped = Vector256.Min(Vector256.Max(mean, Vector256.Create(MeanMin)), Vector256.Create(MeanMax));
            var score = mean + (alpha * Vector256.Sqrt((clipped - (clipped * clipped)) * variance));
            score = Vector256.ConditionalSelect(
                Vector256.Equals(score, score) & met, score, Vector256.Create(float.NegativeInfinity));
            Avx2.Permute4x64(score.AsDouble(), 0b11_01_10_00).AsSingle().Store(scores + slot);
        }

        for (; slot < slots; slot++)
        {
            var belief = Belief(sums + (4L * slot), effects[slot], sums[(4L * slot) + 3] + affinity, options);
            var score = belief.Mean + (options.Alpha * belief.Spread);
            scores[slot] = float.IsNaN(score) || !(sums[(4L * slot) + 2] > (metOnly ? 0 : -1)) ? float.NegativeInfinity : score;
        }
    }

    /// <summary>Scores some slots only, whose fourth sum is ⟨u, v⟩ already.</summary>
    /// <param name="chosen">The slots.</param>
    /// <param name="sums">By slot.</param>
    /// <param name="effects">By slot.</param>
    /// <param name="options">α, a and β.</param>
    /// <param name="scratch">Shape [≥ 64], 16-byte aligned.</param>
    /// <param name="scores">By slot; the chosen ones are replaced.</param>
    public static void ScoresOf(
        ReadOnlySpan<int> chosen, float* sums, ulong* effects, ScoringOptions options, float* scratch, float* scores)
    {
        const int Batch = 8;
        var batchEffects = (ulong*)(scratch + (4 * Batch));
        var batchScores = scratch + (6 * Batch);
        for (var start = 0; start < chosen.Length; start += Batch)
        {
            var count = Math.Min(Batch, chosen.Length - start);
            for (var at = 0; at < count; at++)
            {
                var slot = chosen[start + at];
                Vector128.LoadAligned(sums + (4L * slot)).StoreAligned(scratch + (4 * at));
                batchEffects[at] = effects[slot];
            }

            Scores(scratch, batchEffects, count, 0, options, metOnly: false, batchScores);
            for (var at = 0; at < count; at++)
            {
                scores[chosen[start + at]] = batchScores[at];
            }
        }
    }

    /// <summary>Mean, spread and prior of one item.</summary>
    /// <param name="sums">Shape [4].</param>
    /// <param name="effect">η and 1/(n + L2), packed.</param>
    /// <param name="dot">⟨u, v⟩.</param>
    /// <param name="options">a and β.</param>
    public static (float Mean, float Spread, float Prior) Belief(
        float* sums, ulong effect, float dot, ScoringOptions options)
    {
        var eta = EdgeTable.LowOf(effect);
        var prior = VectorMath.Logistic(options.PriorIntercept + (options.PriorSlope * dot));
        var mean = prior + eta + (sums[0] - (sums[1] * eta));
        var clipped = float.Clamp(mean, MeanMin, MeanMax);
        return (mean, MathF.Sqrt(clipped * (1 - clipped) * (EdgeTable.HighOf(effect) + sums[2])), prior);
    }
}
