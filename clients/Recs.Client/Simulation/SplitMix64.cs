using System.IO.Hashing;
using System.Text;

namespace Recs.Client.Simulation;

/// <summary>A small seeded generator: the same seed gives the same numbers on every machine and version.</summary>
/// <remarks>
/// A mutable value; copy it only to branch. Not for secrets. Steele, Lea, Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014.
/// </remarks>
public struct SplitMix64(ulong seed)
{
    ulong _state = seed;

    /// <summary>A generator that belongs to one named thing of a world.</summary>
    /// <param name="seed">The world.</param>
    /// <param name="name">What the numbers are for, such as <c>item:v1</c>; another name gives independent numbers.</param>
    public static SplitMix64 For(ulong seed, string name)
    {
        Span<byte> utf8 = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(name, utf8, out var length)
            ? new SplitMix64(XxHash3.HashToUInt64(utf8[..length], (long)seed))
            : new SplitMix64(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name), (long)seed));
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="count"/>).</summary>
    /// <param name="count">At least 1.</param>
    public int NextInt32(int count) => (int)(NextDouble() * count);

    /// <summary>Standard normal (Box and Muller; the second value of each pair is thrown away).</summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>A direction drawn uniformly: a vector of unit length.</summary>
    /// <param name="vector">Receives the direction, any shape [D] with D at least 1.</param>
    public void NextDirection(Span<double> vector)
    {
        var squares = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = NextGaussian();
            squares += vector[i] * vector[i];
        }

        var scale = 1 / Math.Sqrt(Math.Max(squares, double.Epsilon));
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] *= scale;
        }
    }
}
