using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Neural.Kernels;

/// <summary>One layer, one example. Matrices have shape [in x stride], the stride a multiple of 16.</summary>
/// <remarks>
/// Kernels are optimised at their first call: until a tiered runtime came to it, a silo's first thousand requests would rank by
/// unoptimised vector code, forty times as slow.
/// </remarks>
static unsafe class LayerKernel
{
    const int Lanes = 16;
    const int Panel = 4 * Lanes;

    /// <summary>The places of the inputs that are not 0, ascending: half of a rectified layer's, so it pays to know them.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Active(float* input, int inputs, int* places)
    {
        var count = 0;
        for (var i = 0; i < inputs; i++)
        {
            places[count] = i;
            // No branch: whether a unit is on is a coin toss to the processor.
            count += input[i] != 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>output = bias + Wᵀ·input, rectified if asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        float* weights, int* places, int active, int stride, float* bias, float* input, float* output, bool isRectified)
    {
        var column = 0;
        for (; column + Panel <= stride; column += Panel)
        {
            Vector512<float> even0 = Vector512.LoadAligned(bias + column), odd0 = Vector512<float>.Zero;
            Vector512<float> even1 = Vector512.LoadAligned(bias + column + Lanes), odd1 = Vector512<float>.Zero;
            Vector512<float> even2 = Vector512.LoadAligned(bias + column + (2 * Lanes)), odd2 = Vector512<float>.Zero;
            Vector512<float> even3 = Vector512.LoadAligned(bias + column + (3 * Lanes)), odd3 = Vector512<float>.Zero;
            var place = 0;
            for (; place + 2 <= active; place += 2)
            {
                Add(weights + (places[place] * stride) + column, input[places[place]], ref even0, ref even1, ref even2, ref even3);
                Add(weights + (places[place + 1] * stride) + column, input[places[place + 1]], ref odd0, ref odd1, ref odd2, ref odd3);
            }

            if (place < active)
            {
                Add(weights + (places[place] * stride) + column, input[places[place]], ref even0, ref even1, ref even2, ref even3);
            }

            Store(output + column, even0 + odd0, isRectified);
            Store(output + column + Lanes, even1 + odd1, isRectified);
            Store(output + column + (2 * Lanes), even2 + odd2, isRectified);
            Store(output + column + (3 * Lanes), even3 + odd3, isRectified);
        }

        for (; column < stride; column += Lanes)
        {
            var sum = Vector512.LoadAligned(bias + column);
            for (var place = 0; place < active; place++)
            {
                var row = weights + (places[place] * stride) + column;
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(input[places[place]]), Vector512.LoadAligned(row), sum);
            }

            Store(output + column, sum, isRectified);
        }
    }

    /// <summary>inputGradient = W·gradient at some places; the others are left as they are.</summary>
    /// <returns>|inputGradient|² over those places.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Backward(float* weights, int* places, int count, int stride, float* gradient, float* inputGradient)
    {
        var squares = 0f;
        for (var place = 0; place < count; place++)
        {
            var value = Dot(weights + (places[place] * stride), gradient, stride);
            inputGradient[places[place]] = value;
            squares += value * value;
        }

        return squares;
    }

    /// <summary>|values|² of a padded vector.</summary>
    public static float SumOfSquares(float* values, int length) => Dot(values, values, length);

    /// <summary>values = values², in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(float* values, int length)
    {
        for (var at = 0; at < length; at += Lanes)
        {
            var value = Vector512.LoadAligned(values + at);
            (value * value).StoreAligned(values + at);
        }
    }

    /// <summary>sums += factor·values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* sums, float* values, float factor, int length)
    {
        var factors = Vector512.Create(factor);
        for (var at = 0; at < length; at += Lanes)
        {
            Vector512.FusedMultiplyAdd(factors, Vector512.LoadAligned(values + at), Vector512.LoadAligned(sums + at)).StoreAligned(sums + at);
        }
    }

    /// <summary>Σ (left − right)·signs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float DifferenceDot(float* left, float* right, float* signs, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var at = 0; at < length; at += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(
                Vector512.LoadAligned(left + at) - Vector512.LoadAligned(right + at), Vector512.LoadAligned(signs + at), sum);
        }

        return Vector512.Sum(sum);
    }

    /// <summary>Σ upper/(lower + floor).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Quotients(float* upper, float* lower, float floor, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var at = 0; at < length; at += Lanes)
        {
            sum += Vector512.LoadAligned(upper + at) / (Vector512.LoadAligned(lower + at) + Vector512.Create(floor));
        }

        return Vector512.Sum(sum);
    }

    /// <summary>Σ left·right of two padded vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(float* left, float* right, int length)
    {
        Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
        var at = 0;
        for (; at + (2 * Lanes) <= length; at += 2 * Lanes)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(left + at), Vector512.LoadAligned(right + at), even);
            odd = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(left + at + Lanes), Vector512.LoadAligned(right + at + Lanes), odd);
        }

        if (at < length)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(left + at), Vector512.LoadAligned(right + at), even);
        }

        return Vector512.Sum(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        float* row, float input, ref Vector512<float> sum0, ref Vector512<float> sum1, ref Vector512<float> sum2, ref Vector512<float> sum3)
    {
        var value = Vector512.Create(input);
        sum0 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row), sum0);
        sum1 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row + Lanes), sum1);
        sum2 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row + (2 * Lanes)), sum2);
        sum3 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row + (3 * Lanes)), sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* at, Vector512<float> value, bool isRectified) =>
        (isRectified ? Vector512.Max(value, Vector512<float>.Zero) : value).StoreAligned(at);
}
