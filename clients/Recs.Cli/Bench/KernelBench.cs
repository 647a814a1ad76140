using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

using Recs.Cli.Evaluate;
using Recs.Cli.Output;
using Recs.Matching.Numerics;
using Recs.Offline.Clustering;

namespace Recs.Cli.Bench;

/// <summary><c>recs bench kernels</c>: the offline layer's hot loops on one core, as a share of what the core can multiply and add.</summary>
static class KernelBench
{
    const int Points = 12_288;
    const int Clusters = 1024;
    const int Dims = 64;
    const int Lanes = 16;
    const int Chains = 12;
    const int Rounds = 9;
    const long MultiplyAdds = (long)Points * Clusters * Dims;

    /// <summary>The command.</summary>
    public static Command Create(ToolContext context)
    {
        var json = new Option<string?>("--json") { Description = "Write the result to this file." };
        var command = new Command("kernels", "Measure the offline layer's kernels against the core's peak multiply-add rate.") { json };
        command.SetAction(async (parsed, cancel) =>
        {
            var (peak, assign) = Run(context.Time);
            await context.Terminal.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"peak            {peak,7:F1} GFLOP/s, {Chains} chains of multiply-adds in registers\nk-means assign  {assign,7:F1} GFLOP/s, {assign / peak:P0} of it: {Points} x {Dims} into {Clusters} clusters"));
            if (parsed.GetValue(json) is { } path)
            {
                new JsonOutput(true, path).Write(new() { ["peakGflops"] = peak, ["assignGflops"] = assign, ["assignShare"] = assign / peak });
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Medians of rounds that alternate, in GFLOP/s.</summary>
    static (double Peak, double Assign) Run(TimeProvider time)
    {
        var rng = new Rng(1);
        var points = new float[Points * Dims];
        foreach (ref var value in points.AsSpan())
        {
            value = (float)rng.NextGaussian();
        }

        var panels = new Panels(points.AsSpan(0, Clusters * Dims), Dims);
        var (clusters, similarities) = (new int[Points], new float[Points]);
        var one = new ParallelOptions { MaxDegreeOfParallelism = 1 };
        var (peaks, assigns) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            peaks.Add(Rate(time, () => _ = Peak(MultiplyAdds / Lanes / Chains)));
            assigns.Add(Rate(time, () => Nearest.Assign(points, panels, clusters, similarities, one)));
        }

        // The first rounds run code that is not compiled for speed yet.
        return (Median(peaks[(Rounds / 3)..]), Median(assigns[(Rounds / 3)..]));
    }

    static double Rate(TimeProvider time, Action work)
    {
        var started = time.GetTimestamp();
        work();
        return 2 * MultiplyAdds / time.GetElapsedTime(started).TotalSeconds / 1e9;
    }

    static double Median(List<double> rates)
    {
        rates.Sort();
        return rates[rates.Count / 2];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Peak(long steps)
    {
        var factor = Vector512.Create(0.999f);
        var added = Vector512.Create(1e-3f);
        Vector512<float> a = added, b = added, c = added, d = added, e = added, f = added;
        Vector512<float> g = added, h = added, i = added, j = added, k = added, l = added;
        for (var step = 0L; step < steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, added);
            b = Vector512.FusedMultiplyAdd(b, factor, added);
            c = Vector512.FusedMultiplyAdd(c, factor, added);
            d = Vector512.FusedMultiplyAdd(d, factor, added);
            e = Vector512.FusedMultiplyAdd(e, factor, added);
            f = Vector512.FusedMultiplyAdd(f, factor, added);
            g = Vector512.FusedMultiplyAdd(g, factor, added);
            h = Vector512.FusedMultiplyAdd(h, factor, added);
            i = Vector512.FusedMultiplyAdd(i, factor, added);
            j = Vector512.FusedMultiplyAdd(j, factor, added);
            k = Vector512.FusedMultiplyAdd(k, factor, added);
            l = Vector512.FusedMultiplyAdd(l, factor, added);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
