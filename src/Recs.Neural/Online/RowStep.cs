using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

using Recs.Neural.Kernels;
using Recs.Neural.Networks;

namespace Recs.Neural.Online;

/// <summary>
/// A step of an embedding. A row is E numbers, then what the optimiser keeps beside them: nothing for plain descent, Σ g² for
/// AdaGrad, m, v and the row's own count of steps for Adam.
/// </summary>
static class RowStep
{
    const float FirstMoment = 0.9f;
    const float SecondMoment = 0.999f;

    /// <summary>Floats beside the embedding.</summary>
    public static int StateLength(OptimizerKind kind, int width) => kind switch
    {
        OptimizerKind.Sgd => 0,
        OptimizerKind.AdaGrad => width,
        _ => (2 * width) + 1,
    };

    /// <summary>θ moves against g = factor·gradient. No allocation.</summary>
    /// <param name="row">Embedding and state, from their start.</param>
    /// <param name="gradient">Shape [E], E a multiple of 16.</param>
    /// <param name="factor">Of the gradient.</param>
    /// <param name="options">Optimiser, η and floor.</param>
    public static void Apply(Span<float> row, ReadOnlySpan<float> gradient, float factor, OnlineOptions options)
    {
        var (width, rate) = (gradient.Length, options.RowRate);
        switch (options.RowOptimizer)
        {
            case OptimizerKind.Sgd:
                Sgd(row[..width], gradient, -rate * factor);
                break;
            case OptimizerKind.AdaGrad:
                AdaGrad(row[..width], row.Slice(width, width), gradient, factor, rate, options.RowFloor);
                break;
            default:
                ref var steps = ref row[3 * width];
                steps++;
                var corrected = rate * MathF.Sqrt(1 - MathF.Pow(SecondMoment, steps)) / (1 - MathF.Pow(FirstMoment, steps));
                Adam(row[..width], row.Slice(width, width), row.Slice(2 * width, width), gradient, factor, corrected, options.RowFloor);
                break;
        }
    }

    /// <summary>θ −= η·g.</summary>
    static void Sgd(Span<float> values, ReadOnlySpan<float> gradient, float step)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var slope = ref MemoryMarshal.GetReference(gradient);
        var steps = Vector512.Create(step);
        for (nuint at = 0; at < (nuint)values.Length; at += NetworkShape.Lanes)
        {
            Bounded(Vector512.FusedMultiplyAdd(steps, Vector512.LoadUnsafe(ref slope, at), Vector512.LoadUnsafe(ref value, at)))
                .StoreUnsafe(ref value, at);
        }
    }

    /// <summary>θ −= η·g/√(floor + Σ g²).</summary>
    static void AdaGrad(Span<float> values, Span<float> sums, ReadOnlySpan<float> gradient, float factor, float rate, float floor)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var slope = ref MemoryMarshal.GetReference(gradient);
        var (factors, rates, floors) = (Vector512.Create(factor), Vector512.Create(-rate), Vector512.Create(floor));
        for (nuint at = 0; at < (nuint)values.Length; at += NetworkShape.Lanes)
        {
            var g = factors * Vector512.LoadUnsafe(ref slope, at);
            var squares = Vector512.FusedMultiplyAdd(g, g, Vector512.LoadUnsafe(ref sum, at));
            squares.StoreUnsafe(ref sum, at);
            Bounded(Vector512.FusedMultiplyAdd(rates, g / Vector512.Sqrt(squares + floors), Vector512.LoadUnsafe(ref value, at)))
                .StoreUnsafe(ref value, at);
        }
    }

    /// <summary>θ −= η·m/√(floor² + v), η corrected for the start.</summary>
    static void Adam(
        Span<float> values, Span<float> firsts, Span<float> seconds, ReadOnlySpan<float> gradient, float factor, float rate, float floor)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var first = ref MemoryMarshal.GetReference(firsts);
        ref var second = ref MemoryMarshal.GetReference(seconds);
        ref var slope = ref MemoryMarshal.GetReference(gradient);
        var (factors, rates, floors) = (Vector512.Create(factor), Vector512.Create(-rate), Vector512.Create(floor * floor));
        for (nuint at = 0; at < (nuint)values.Length; at += NetworkShape.Lanes)
        {
            var g = factors * Vector512.LoadUnsafe(ref slope, at);
            var m = (FirstMoment * Vector512.LoadUnsafe(ref first, at)) + ((1 - FirstMoment) * g);
            var v = (SecondMoment * Vector512.LoadUnsafe(ref second, at)) + ((1 - SecondMoment) * (g * g));
            m.StoreUnsafe(ref first, at);
            v.StoreUnsafe(ref second, at);
            Bounded(Vector512.FusedMultiplyAdd(rates, m / Vector512.Sqrt(v + floors), Vector512.LoadUnsafe(ref value, at)))
                .StoreUnsafe(ref value, at);
        }
    }

    static Vector512<float> Bounded(Vector512<float> values) =>
        Vector512.Min(Vector512.Max(values, Vector512.Create(-StepKernel.ParameterMax)), Vector512.Create(StepKernel.ParameterMax));
}
