using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recs.Matching.Numerics;

/// <summary>
/// A small seeded generator: xoshiro256** (Blackman and Vigna, ACM TOMS 2021), its state filled from the seed by
/// SplitMix64. Period 2^256 - 1. The same seed gives the same draws on every machine.
/// </summary>
/// <remarks>A mutable struct: pass it by reference; a copy repeats the same draws. Not thread-safe.</remarks>
public struct Rng
{
    ulong _a;
    ulong _b;
    ulong _c;
    ulong _d;
    double _spare;
    bool _hasSpare;

    /// <summary>A generator whose draws are determined by the seed; neighbouring seeds are unrelated.</summary>
    /// <param name="seed">Any value, zero included.</param>
    public Rng(ulong seed)
    {
        _a = Fill(ref seed);
        _b = Fill(ref seed);
        _c = Fill(ref seed);
        _d = Fill(ref seed);
    }

    /// <summary>64 uniform bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A uniform integer in [0, bound), without bias (Lemire, ACM TOMACS 2019).</summary>
    /// <param name="bound">Exclusive upper end, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (uint)bound;
        var product = (Next() >> 32) * range;
        if ((uint)product < range)
        {
            var threshold = (uint)-bound % range;
            while ((uint)product < threshold)
            {
                product = (Next() >> 32) * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A uniform number in [0, 1): a multiple of 2^-24.</summary>
    public float NextSingle() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>A uniform number in [0, 1): a multiple of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A draw from N(0, 1) by Marsaglia's polar method: two at a time, the second kept for the next call.</summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        double x, y, square;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);

        var scale = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = y * scale;
        _hasSpare = true;
        return x * scale;
    }

    static ulong Fill(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
