using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Neural.Kernels;

/// <summary>One layer, one example. Matrices have shape [in x stride], the stride a multiple of 16.</summary>
static unsafe class LayerKernel
{
    const int Lanes = 16;
    const int Panel = 4 * Lanes;

    /// <summary>output = bias + Wᵀ·input, rectified if asked for. Inputs that are 0 cost nothing.</summary>
    public static void Forward(float* weights, int inputs, int stride, float* bias, float* input, float* output, bool isRectified)
    {
        var column = 0;
        for (; column + Panel <= stride; column += Panel)
        {
            var sum0 = Vector512.LoadAligned(bias + column);
            var sum1 = Vector512.LoadAligned(bias + column + Lanes);
            var sum2 = Vector512.LoadAligned(bias + column + (2 * Lanes));
            var sum3 = Vector512.LoadAligned(bias + column + (3 * Lanes));
            for (var i = 0; i < inputs; i++)
            {
                if (input[i] == 0)
                {
                    continue;
                }

                var value = Vector512.Create(input[i]);
                var row = weights + (i * stride) + column;
                sum0 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row), sum0);
                sum1 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row + Lanes), sum1);
                sum2 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row + (2 * Lanes)), sum2);
                sum3 = Vector512.FusedMultiplyAdd(value, Vector512.LoadAligned(row + (3 * Lanes)), sum3);
            }

            Store(output + column, sum0, isRectified);
            Store(output + column + Lanes, sum1, isRectified);
            Store(output + column + (2 * Lanes), sum2, isRectified);
            Store(output + column + (3 * Lanes), sum3, isRectified);
        }

        for (; column < stride; column += Lanes)
        {
            var sum = Vector512.LoadAligned(bias + column);
            for (var i = 0; i < inputs; i++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(input[i]), Vector512.LoadAligned(weights + (i * stride) + column), sum);
            }

            Store(output + column, sum, isRectified);
        }
    }

    /// <summary>inputGradient = W·gradient; where <paramref name="isRectified"/>, 0 for inputs that the rectifier held at 0.</summary>
    /// <returns>|inputGradient|².</returns>
    public static float Backward(
        float* weights, int inputs, int stride, float* gradient, float* input, float* inputGradient, bool isRectified)
    {
        var squares = 0f;
        for (var i = 0; i < inputs; i++)
        {
            if (isRectified && !(input[i] > 0))
            {
                inputGradient[i] = 0;
                continue;
            }

            inputGradient[i] = Dot(weights + (i * stride), gradient, stride);
            squares += inputGradient[i] * inputGradient[i];
        }

        return squares;
    }

    /// <summary>|values|² of a padded vector.</summary>
    public static float SumOfSquares(float* values, int length) => Dot(values, values, length);

    /// <summary>values = values², in place.</summary>
    public static void Square(float* values, int length)
    {
        for (var at = 0; at < length; at += Lanes)
        {
            var value = Vector512.LoadAligned(values + at);
            (value * value).StoreAligned(values + at);
        }
    }

    /// <summary>sums += factor·values.</summary>
    public static void AddScaled(float* sums, float* values, float factor, int length)
    {
        var factors = Vector512.Create(factor);
        for (var at = 0; at < length; at += Lanes)
        {
            Vector512.FusedMultiplyAdd(factors, Vector512.LoadAligned(values + at), Vector512.LoadAligned(sums + at)).StoreAligned(sums + at);
        }
    }

    /// <summary>Σ upper/(lower + floor).</summary>
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
        var sum = Vector512<float>.Zero;
        for (var at = 0; at < length; at += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.LoadAligned(left + at), Vector512.LoadAligned(right + at), sum);
        }

        return Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* at, Vector512<float> value, bool isRectified) =>
        (isRectified ? Vector512.Max(value, Vector512<float>.Zero) : value).StoreAligned(at);
}
