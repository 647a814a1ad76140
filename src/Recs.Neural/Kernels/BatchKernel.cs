using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Neural.Kernels;

/// <summary>What happens to whole batches between two matrix products. Lengths are multiples of 16.</summary>
static unsafe class BatchKernel
{
    const int Lanes = 16;

    /// <summary>The same row n times, padded with 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(float* rows, ReadOnlySpan<float> row, int stride, int count)
    {
        var all = new Span<float>(rows, stride * count);
        all.Clear();
        for (var at = 0; at < count; at++)
        {
            row.CopyTo(all[(at * stride)..]);
        }
    }

    /// <summary>Gradients of units that their rectifier holds at 0 become 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mask(float* gradients, float* activations, int length)
    {
        for (var at = 0; at < length; at += Lanes)
        {
            var isOn = Vector512.GreaterThan(Vector512.LoadAligned(activations + at), Vector512<float>.Zero);
            (Vector512.LoadAligned(gradients + at) & isOn).StoreAligned(gradients + at);
        }
    }

    /// <summary>values = values², in place.</summary>
    public static void Square(float* values, int length) => LayerKernel.Square(values, length);

    /// <summary>Σ left²·right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredDot(float* left, float* right, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var at = 0; at < length; at += Lanes)
        {
            var value = Vector512.LoadAligned(left + at);
            sum = Vector512.FusedMultiplyAdd(value * value, Vector512.LoadAligned(right + at), sum);
        }

        return Vector512.Sum(sum);
    }
}
