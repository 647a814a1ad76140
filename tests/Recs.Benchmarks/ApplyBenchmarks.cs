using BenchmarkDotNet.Attributes;
using Recs.Matching.Graph;

namespace Recs.Benchmarks;

/// <summary>
/// One event, an impression whose item is matched by K = 10 clusters: the exact master statistics and the serving
/// table, against a dictionary that serves as both. 2 M edges, 650,000 of them met in random order.
/// </summary>
public class ApplyBenchmarks : IDisposable
{
    const int Events = 1 << 16;
    const int EventsPerCall = 64;
    const ushort Weight = 6553;
    const ushort Prior = 20000;

    BenchmarkWorld _world = null!;
    EdgeLedger _ledger = null!;
    Dictionary<(int Cluster, int Row), Statistics> _naive = null!;
    (int Row, int[] Clusters)[] _events = null!;
    int _next;

    [GlobalSetup]
    public void Setup()
    {
        _world = new BenchmarkWorld(isNear: false);
        _ledger = new EdgeLedger();
        _naive = [];
        var clustersOf = new List<int>[BenchmarkWorld.Items];
        for (var cluster = 0; cluster < BenchmarkWorld.Clusters; cluster++)
        {
            foreach (var row in _world.Graph[cluster])
            {
                (clustersOf[row] ??= []).Add(cluster);
                _naive[(cluster, row)] = new Statistics();
                ref var edge = ref _ledger.At(cluster, row);
                edge.AddImpression(Weight, Prior);
                _ = _world.Table.Write(cluster, row, edge.Value, ref edge.Place);
            }
        }

        var rich = Enumerable.Range(0, BenchmarkWorld.Items).Where(row => clustersOf[row]?.Count >= 10).ToArray();
        _events = [.. Enumerable.Range(0, Events).Select(_ => rich[_world.NextInt(rich.Length)])
            .Select(row => (row, clustersOf[row].Take(10).ToArray()))];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _ledger?.Dispose();
        _world?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The naive way: a dictionary of objects with floating-point sums, read by serving as they are.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = EventsPerCall)]
    public void DictionaryOfObjects()
    {
        for (var count = 0; count < EventsPerCall; count++)
        {
            var (row, clusters) = Next();
            foreach (var cluster in clusters)
            {
                if (!_naive.TryGetValue((cluster, row), out var statistics))
                {
                    _naive[(cluster, row)] = statistics = new Statistics();
                }

                const double W = Weight / 65535.0;
                statistics.D += W * W;
                statistics.W += W;
                statistics.P += W * (Prior / 65535.0);
            }
        }
    }

    /// <summary>Exact integer sums and the table that serves.</summary>
    [Benchmark(OperationsPerInvoke = EventsPerCall)]
    public void LedgerAndTable()
    {
        for (var count = 0; count < EventsPerCall; count++)
        {
            var (row, clusters) = Next();
            foreach (var cluster in clusters)
            {
                _ledger.Prefetch(cluster, row);
            }

            foreach (var cluster in clusters)
            {
                ref var edge = ref _ledger.At(cluster, row);
                edge.AddImpression(Weight, Prior);
                _ = _world.Table.Write(cluster, row, edge.Value, ref edge.Place);
            }
        }
    }

    /// <summary>The master statistics alone.</summary>
    [Benchmark(OperationsPerInvoke = EventsPerCall)]
    public void LedgerOnly()
    {
        for (var count = 0; count < EventsPerCall; count++)
        {
            var (row, clusters) = Next();
            foreach (var cluster in clusters)
            {
                _ledger.Prefetch(cluster, row);
            }

            foreach (var cluster in clusters)
            {
                _ledger.At(cluster, row).AddImpression(Weight, Prior);
            }
        }
    }

    (int Row, int[] Clusters) Next()
    {
        _next = (_next + 1) & (Events - 1);
        return _events[_next];
    }

    sealed class Statistics
    {
        public double D { get; set; }

        public double B { get; set; }

        public double W { get; set; }

        public double P { get; set; }
    }
}
