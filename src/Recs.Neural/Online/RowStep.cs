using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

using Recs.Neural.Kernels;
using Recs.Neural.Networks;

namespace Recs.Neural.Online;

/// <summary>A step of an embedding.</summary>
static class RowStep
{
    /// <summary>θ −= η·g/√(floor + Σ g²), with g = factor·gradient. Shapes [E], E a multiple of 16; no allocation.</summary>
    public static void AdaGrad(Span<float> values, Span<float> sums, ReadOnlySpan<float> gradient, float factor, float rate, float floor)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var slope = ref MemoryMarshal.GetReference(gradient);
        var (factors, rates, floors) = (Vector512.Create(factor), Vector512.Create(-rate), Vector512.Create(floor));
        var (low, high) = (Vector512.Create(-StepKernel.ParameterMax), Vector512.Create(StepKernel.ParameterMax));
        for (nuint at = 0; at < (nuint)values.Length; at += NetworkShape.Lanes)
        {
            var g = factors * Vector512.LoadUnsafe(ref slope, at);
            var squares = Vector512.FusedMultiplyAdd(g, g, Vector512.LoadUnsafe(ref sum, at));
            squares.StoreUnsafe(ref sum, at);
            var stepped = Vector512.FusedMultiplyAdd(rates, g / Vector512.Sqrt(squares + floors), Vector512.LoadUnsafe(ref value, at));
            Vector512.Min(Vector512.Max(stepped, low), high).StoreUnsafe(ref value, at);
        }
    }
}
