using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Order;

using Recs.Matching.Numerics;
using Recs.Neural.Networks;
using Recs.Neural.Online;

namespace Recs.Benchmarks;

/// <summary>One impression learned from, with everything that belongs to it: rows met, forward, confidence, step, rows' steps, sums.</summary>
[MemoryDiagnoser]
[Orderer(SummaryOrderPolicy.Declared)]
public class NeuralModelBenchmarks : IDisposable
{
    const int Examples = 1000;

    readonly OnlineModel _adam = new(new OnlineOptions());
    readonly OnlineModel _adaGrad = new(new OnlineOptions { Trunk = new() { Kind = OptimizerKind.AdaGrad, Rate = 0.02f, NormMax = 100 } });
    readonly OnlineModel _sgd = new(new OnlineOptions { Trunk = new() { Kind = OptimizerKind.Sgd, Rate = 0.002f, NormMax = 100 } });
    readonly int[] _clusters = [1, 7, 9];
    readonly float[] _weights = [0.5f, 0.3f, 0.2f];

    /// <inheritdoc/>
    public void Dispose()
    {
        _adam.Dispose();
        _adaGrad.Dispose();
        _sgd.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Examples)]
    public long Sgd() => Learn(_sgd);

    [Benchmark(OperationsPerInvoke = Examples)]
    public long AdaGrad() => Learn(_adaGrad);

    [Benchmark(OperationsPerInvoke = Examples)]
    public long Adam() => Learn(_adam);

    long Learn(OnlineModel model)
    {
        var rng = new Rng(1);
        for (var at = 0; at < Examples; at++)
        {
            _ = model.Apply(new OnlineExample
            {
                Viewer = (UInt128)(uint)(1 + rng.NextInt(10_000)),
                Row = rng.NextInt(10_000),
                Prior = 0.2f,
                Clusters = _clusters,
                Weights = _weights,
                Matched = 7,
            });
        }

        return model.Dense.Steps;
    }
}
