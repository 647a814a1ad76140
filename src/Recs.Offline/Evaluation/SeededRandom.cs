namespace Recs.Offline.Evaluation;

/// <summary>A small generator of random numbers whose whole sequence follows from its seed, on every machine.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014). Not thread-safe: one per run.</remarks>
public sealed class SeededRandom(ulong seed)
{
    const ulong Increment = 0x9E3779B97F4A7C15;

    ulong _state = Mix(seed + Increment);
    double _spareNormal = double.NaN;

    /// <summary>A generator for one purpose of a run: the same pair always gives the same sequence.</summary>
    public static SeededRandom Of(int seed, int purpose) =>
        new(Mix(((ulong)(uint)seed << 32) | (uint)purpose));

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        _state += Increment;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … <paramref name="count"/> − 1; the bias is below 2⁻³².</summary>
    public int NextIndex(int count) => (int)(((NextBits() >> 32) * (ulong)count) >> 32);

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            var spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextDouble());
        _spareNormal = radius * sine;
        return radius * cosine;
    }

    /// <summary>Puts <paramref name="values"/> in random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextIndex(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
