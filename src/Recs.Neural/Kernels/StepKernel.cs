using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recs.Neural.Networks;

namespace Recs.Neural.Kernels;

/// <summary>Adds a step to a row of parameters whose gradient is factor·direction. Rows are whole vectors of 16.</summary>
static unsafe class StepKernel
{
    const int Lanes = 16;

    /// <summary>What a parameter never exceeds, so that sums of finite numbers stay finite.</summary>
    public const float ParameterMax = 1e6f;

    /// <summary>One row.</summary>
    /// <param name="row">The parameters.</param>
    /// <param name="state">AdaGrad: Σg², at the row's place. Adam: m, and v <paramref name="secondAt"/> floats further on.</param>
    /// <param name="secondAt">Distance from m to v.</param>
    /// <param name="direction">Shape [length].</param>
    /// <param name="factor">The gradient is factor·direction.</param>
    /// <param name="length">A multiple of 16.</param>
    /// <param name="options">Settings.</param>
    /// <param name="rate">η of this step; for Adam corrected for the start.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(
        float* row, float* state, nint secondAt, float* direction, float factor, int length, OptimizerOptions options, float rate)
    {
        var keep = Vector512.Create(1 - (rate * options.WeightDecay));
        switch (options.Kind)
        {
            case OptimizerKind.Sgd:
                Sgd(row, direction, -rate * factor, length, keep);
                break;
            case OptimizerKind.AdaGrad:
                AdaGrad(row, state, direction, factor, length, options.Epsilon, rate, keep);
                break;
            default:
                Adam(row, state, state + secondAt, direction, factor, length, options, rate, keep);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sgd(float* row, float* direction, float step, int length, Vector512<float> keep)
    {
        var steps = Vector512.Create(step);
        for (var at = 0; at < length; at += Lanes)
        {
            var kept = Vector512.LoadAligned(row + at) * keep;
            Bounded(Vector512.FusedMultiplyAdd(steps, Vector512.LoadAligned(direction + at), kept)).StoreAligned(row + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AdaGrad(
        float* row, float* sums, float* direction, float factor, int length, float epsilon, float rate, Vector512<float> keep)
    {
        var factors = Vector512.Create(factor);
        var steps = Vector512.Create(-rate);
        var floor = Vector512.Create(epsilon * epsilon);
        for (var at = 0; at < length; at += Lanes)
        {
            var gradient = factors * Vector512.LoadAligned(direction + at);
            var sum = Vector512.FusedMultiplyAdd(gradient, gradient, Vector512.LoadAligned(sums + at));
            sum.StoreAligned(sums + at);
            var kept = Vector512.LoadAligned(row + at) * keep;
            Bounded(Vector512.FusedMultiplyAdd(steps, gradient / Vector512.Sqrt(sum + floor), kept)).StoreAligned(row + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Adam(
        float* row, float* first, float* second, float* direction, float factor, int length, OptimizerOptions options, float rate,
        Vector512<float> keep)
    {
        var factors = Vector512.Create(factor);
        for (var at = 0; at < length; at += Lanes)
        {
            var gradient = factors * Vector512.LoadAligned(direction + at);
            var m = (options.FirstMoment * Vector512.LoadAligned(first + at)) + ((1 - options.FirstMoment) * gradient);
            var v = (options.SecondMoment * Vector512.LoadAligned(second + at)) + ((1 - options.SecondMoment) * (gradient * gradient));
            m.StoreAligned(first + at);
            v.StoreAligned(second + at);
            var kept = Vector512.LoadAligned(row + at) * keep;
            Bounded(kept - (rate * m / (Vector512.Sqrt(v) + Vector512.Create(options.Epsilon)))).StoreAligned(row + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Bounded(Vector512<float> values) =>
        Vector512.Min(Vector512.Max(values, Vector512.Create(-ParameterMax)), Vector512.Create(ParameterMax));
}
