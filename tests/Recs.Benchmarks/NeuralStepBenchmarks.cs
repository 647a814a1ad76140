using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Order;
using Recs.Matching.Numerics;
using Recs.Neural.Networks;

namespace Recs.Benchmarks;

/// <summary>One online step: forward, backward to the input, and the optimiser, through 64-64-64-1.</summary>
[Orderer(SummaryOrderPolicy.Declared)]
[SuppressMessage("Design", "CA1001", Justification = "The process ends with the benchmark.")]
public class NeuralStepBenchmarks
{
    const int Examples = 1024;

    readonly Network _network = new(NetworkShape.Default);
    readonly NetworkPass _pass = new(NetworkShape.Default);
    readonly float[] _inputs = new float[Examples * 64];
    readonly float[] _gradient = new float[64];
    readonly float[] _head = new float[1];
    NetworkTrainer _trainer = null!;

    [Params(OptimizerKind.Sgd, OptimizerKind.AdaGrad, OptimizerKind.Adam)]
    public OptimizerKind Kind { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _network.Initialise(1);
        _trainer = new(_network, new() { Kind = Kind, Rate = 0.01f });
        var rng = new Rng(2);
        foreach (ref var x in _inputs.AsSpan())
        {
            x = (float)rng.NextGaussian();
        }
    }

    [Benchmark(OperationsPerInvoke = Examples)]
    public void Step()
    {
        for (var example = 0; example < Examples; example++)
        {
            var heads = _network.Forward(_inputs.AsSpan(example * 64, 64), _pass);
            _head[0] = Losses.CrossEntropy(heads[0], example & 1);
            _ = _trainer.Step(_pass, _head, _gradient);
        }
    }
}
