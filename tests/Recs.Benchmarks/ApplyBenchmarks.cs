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
    const int Active = 10;
    const int LedgerAhead = 16;
    const int TableAhead = 8;
    const ushort Weight = 6553;
    const ushort Prior = 20000;

    BenchmarkWorld _world = null!;
    EdgeLedger _ledger = null!;
    Dictionary<(int Cluster, int Row), Statistics> _naive = null!;
    (int Cluster, int Row)[] _updates = null!;
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

        var rich = Enumerable.Range(0, BenchmarkWorld.Items).Where(row => clustersOf[row]?.Count >= Active).ToArray();
        _updates = [.. Enumerable.Range(0, Events).Select(_ => rich[_world.NextInt(rich.Length)])
            .SelectMany(row => clustersOf[row].Take(Active).Select(cluster => (cluster, row)))];
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
        foreach (var (cluster, row) in NextBlock())
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

    /// <summary>Exact integer sums and the table that serves, fetched ahead as a shard does with a block of updates.</summary>
    [Benchmark(OperationsPerInvoke = EventsPerCall)]
    public void LedgerAndTable()
    {
        var edges = NextBlock();
        for (var at = 0; at < edges.Length; at++)
        {
            if (at + LedgerAhead < edges.Length)
            {
                _ledger.Prefetch(edges[at + LedgerAhead].Cluster, edges[at + LedgerAhead].Row);
            }

            if (at + TableAhead < edges.Length)
            {
                var (ahead, item) = edges[at + TableAhead];
                _world.Table.Prefetch(ahead, _ledger.Find(ahead, item).Place);
            }

            var (cluster, row) = edges[at];
            ref var edge = ref _ledger.At(cluster, row);
            edge.AddImpression(Weight, Prior);
            _ = _world.Table.Write(cluster, row, edge.Value, ref edge.Place);
        }
    }

    /// <summary>The master statistics alone.</summary>
    [Benchmark(OperationsPerInvoke = EventsPerCall)]
    public void LedgerOnly()
    {
        var edges = NextBlock();
        for (var at = 0; at < edges.Length; at++)
        {
            if (at + LedgerAhead < edges.Length)
            {
                _ledger.Prefetch(edges[at + LedgerAhead].Cluster, edges[at + LedgerAhead].Row);
            }

            _ledger.At(edges[at].Cluster, edges[at].Row).AddImpression(Weight, Prior);
        }
    }

    ReadOnlySpan<(int Cluster, int Row)> NextBlock()
    {
        _next = (_next + EventsPerCall) & (Events - 1);
        return _updates.AsSpan(_next * Active, EventsPerCall * Active);
    }

    sealed class Statistics
    {
        public double D { get; set; }

        public double B { get; set; }

        public double W { get; set; }

        public double P { get; set; }
    }
}
