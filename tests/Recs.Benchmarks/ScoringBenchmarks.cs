using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;

namespace Recs.Benchmarks;

/// <summary>One request: K = 10 clusters of 1,000 edges, the best N = 20 items. All tables live, all edges tried.</summary>
public class ScoringBenchmarks : IDisposable
{
    const int Wanted = 20;
    const int BlockBytes = BenchmarkWorld.EdgesPerCluster * 28;
    const int LabelAndSumBytes = BenchmarkWorld.EdgesPerCluster * 12;

    readonly ScoringOptions _diagonal = new() { Policy = PolicyKind.DiagUcb };
    readonly ScoringOptions _hierarchical = new() { Policy = PolicyKind.HierUcb, PriorSlope = 2 };
    readonly Candidate[] _top = new Candidate[Wanted];
    BenchmarkWorld _world = null!;
    Workspace _work = null!;
    NativePages _bytes = null!;
    (int Row, float B, float D)[][] _plain = null!;
    Rng _rng = new(2);
    int _request;

    /// <summary>Whether a request's clusters share items, as near clusters do, or are drawn uniformly.</summary>
    [Params(true, false)]
    public bool Near { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _world = new BenchmarkWorld(Near);
        _work = new Workspace(_world.Epochs);
        _bytes = new NativePages((nuint)BenchmarkWorld.Clusters * BlockBytes);
        Touch();
        _plain = [.. _world.Graph.Select(rows => rows.Select(row => (row, 0.5f, 1 + (row % 7f))).ToArray())];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _work?.Dispose();
        _world?.Dispose();
        _bytes?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>(a) The same bytes, label and (b, d), merely read.</summary>
    [Benchmark(Baseline = true)]
    public unsafe ulong ReadBytes()
    {
        var sum = Vector256<ulong>.Zero;
        foreach (var cluster in _world.ActiveClusters[Next()])
        {
            var from = _bytes.Start + ((long)cluster * BlockBytes);
            for (var at = 0; at + 32 <= LabelAndSumBytes; at += 32)
            {
                sum ^= Vector256.Load((ulong*)(from + at));
            }
        }

        return Vector256.Sum(sum);
    }

    /// <summary>(b) diag-ucb.</summary>
    [Benchmark]
    public int DiagUcb() => Score(_diagonal);

    /// <summary>(c) hier-ucb, the best 160 with the exact prior over 64 dimensions.</summary>
    [Benchmark]
    public int HierUcb() => Score(_hierarchical);

    /// <summary>(d) diag-ucb with a dictionary and a sort.</summary>
    [Benchmark]
    public int DictionaryAndSort()
    {
        var request = Next();
        var sums = new Dictionary<int, (float Mean, float Variance)>();
        for (var k = 0; k < BenchmarkWorld.Active; k++)
        {
            var weight = _world.Weights[request][k];
            foreach (var (row, b, d) in _plain[_world.ActiveClusters[request][k]])
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, row, out _);
                sum = (sum.Mean + (weight * b / d), sum.Variance + (weight * weight / d));
            }
        }

        return sums.Select(sum => (sum.Key, Score: sum.Value.Mean + (0.2f * MathF.Sqrt(sum.Value.Variance))))
            .OrderByDescending(scored => scored.Score)
            .Take(Wanted)
            .ToArray()
            .Length;
    }

    /// <summary>Pages never written are all one page of zeros, and would be read from the cache.</summary>
    unsafe void Touch() => new Span<byte>(_bytes.Start, checked((int)_bytes.Bytes)).Fill(1);

    int Score(ScoringOptions options)
    {
        var request = Next();
        return EdgeScorer.Top(
            _world.Table,
            _world.ItemTable,
            _world.Vectors,
            _world.ActiveClusters[request],
            _world.Weights[request],
            _world.Users[request],
            options,
            new Eligibility(1, 0, []),
            _top,
            _work,
            ref _rng);
    }

    int Next() => _request = (_request + 1) % BenchmarkWorld.Requests;
}
