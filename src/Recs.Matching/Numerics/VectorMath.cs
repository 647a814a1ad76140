using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Matching.Numerics;

/// <summary>The few vector functions that scoring needs, in single precision.</summary>
static unsafe class VectorMath
{
    const float LogarithmMax = 87;

    /// <summary>1/(1 + e^-x), relative error below 3e-7; 0 or 1 to rounding beyond ±87; NaN stays NaN.</summary>
    /// <remarks>e^x by splitting off the power of two and a polynomial of degree 5 (Cephes, expf).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Logistic(Vector256<float> x)
    {
        var clamped = Vector256.Min(Vector256.Max(-x, Vector256.Create(-LogarithmMax)), Vector256.Create(LogarithmMax));
        var power = Vector256.Round(clamped * 1.44269504f);
        var rest = Vector256.FusedMultiplyAdd(power, Vector256.Create(-0.693359375f), clamped);
        rest = Vector256.FusedMultiplyAdd(power, Vector256.Create(2.12194440e-4f), rest);
        var sum = Vector256.Create(1.9875691500e-4f);
        sum = Vector256.FusedMultiplyAdd(sum, rest, Vector256.Create(1.3981999507e-3f));
        sum = Vector256.FusedMultiplyAdd(sum, rest, Vector256.Create(8.3334519073e-3f));
        sum = Vector256.FusedMultiplyAdd(sum, rest, Vector256.Create(4.1665795894e-2f));
        sum = Vector256.FusedMultiplyAdd(sum, rest, Vector256.Create(1.6666665459e-1f));
        sum = Vector256.FusedMultiplyAdd(sum, rest, Vector256.Create(5.0000001201e-1f));
        sum = Vector256.FusedMultiplyAdd(sum, rest * rest, rest + Vector256<float>.One);
        var scale = Vector256.ShiftLeft(Vector256.ConvertToInt32(power) + Vector256.Create(127), 23).AsSingle();
        return Vector256<float>.One / Vector256.FusedMultiplyAdd(sum, scale, Vector256<float>.One);
    }

    /// <summary>1/(1 + e^-x).</summary>
    public static float Logistic(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>Inner product of two vectors whose length is a multiple of 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(float* left, float* right, int length)
    {
        Debug.Assert(length % 8 == 0, "rows are padded to whole vectors");
        var even = Vector256<float>.Zero;
        var odd = Vector256<float>.Zero;
        var at = 0;
        for (; at + 16 <= length; at += 16)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.Load(left + at), Vector256.Load(right + at), even);
            odd = Vector256.FusedMultiplyAdd(Vector256.Load(left + at + 8), Vector256.Load(right + at + 8), odd);
        }

        if (at < length)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.Load(left + at), Vector256.Load(right + at), even);
        }

        return Vector256.Sum(even + odd);
    }
}
