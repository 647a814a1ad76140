using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Order;
using Recs.Matching.Numerics;
using Recs.Neural.Networks;

namespace Recs.Benchmarks;

/// <summary>500 candidates of one viewer through 64-64-64-1, against the bare matrix products of the same shapes.</summary>
[Orderer(SummaryOrderPolicy.Declared)]
[SuppressMessage("Design", "CA1001", Justification = "The process ends with the benchmark.")]
public class NeuralScoringBenchmarks
{
    const int Count = 500;

    readonly Network _network = new(NetworkShape.Default);
    readonly GradientDiagonal _diagonal = new(NetworkShape.Default);
    readonly BatchScratch _scratch = new(NetworkShape.Default, Count);
    readonly float[] _scores = new float[Count];
    readonly float[] _variances = new float[Count];
    BatchScorer _scorer = null!;

    [GlobalSetup]
    public void Setup()
    {
        _network.Initialise(1);
        _scorer = new(_network, _diagonal, 1, [1]);
        var rng = new Rng(2);
        for (var row = 0; row < Count; row++)
        {
            foreach (ref var x in _scratch.Input(row))
            {
                x = (float)rng.NextGaussian();
            }
        }
    }

    [Benchmark(Baseline = true)]
    public void BareProducts() => _scorer.Products(_scratch, Count);

    [Benchmark]
    public float Score()
    {
        _scorer.Score(_scratch, Count, _scores);
        return _scores[0];
    }

    [Benchmark]
    public float ScoreWithConfidence()
    {
        _scorer.Score(_scratch, Count, _scores, _variances);
        return _variances[0];
    }
}
