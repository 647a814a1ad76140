using System.Buffers;
using System.Buffers.Binary;

using Recs.Matching.Numerics;

namespace Recs.Neural.Tables;

/// <summary>
/// An id enters by chance, without memory of it: with p = 1 − 0.05^(1/threshold) at every meeting, so that 95 % have entered
/// after as many meetings as the threshold; or, with counters, with p = count/threshold (Monolith's released filters).
/// </summary>
/// <param name="threshold">At least 1.</param>
/// <param name="seed">Of the draws.</param>
/// <param name="counters">For the second form; null for the first.</param>
public sealed class ProbabilisticAdmission(int threshold, ulong seed, SlidingCounters? counters = null) : IAdmission
{
    readonly double _chance = EqualChance(threshold);
    ulong _draws;

    /// <summary>p = 1 − 0.05^(1/threshold).</summary>
    public static double EqualChance(int threshold) => 1 - Math.Pow(0.05, 1.0 / threshold);

    /// <inheritdoc/>
    public bool Admits(UInt128 key, uint seconds)
    {
        var chance = counters is null ? _chance : counters.Add(key, seconds) / (double)threshold;
        var rng = new Rng(seed ^ ++_draws);
        return rng.NextDouble() < chance;
    }

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), _draws);
        output.Advance(sizeof(ulong));
        counters?.Write(output);
    }

    /// <inheritdoc/>
    public void Read(ref ReadOnlySpan<byte> input)
    {
        _draws = BinaryPrimitives.ReadUInt64LittleEndian(input);
        input = input[sizeof(ulong)..];
        counters?.Read(ref input);
    }
}
