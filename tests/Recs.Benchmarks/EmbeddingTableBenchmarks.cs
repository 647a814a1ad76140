using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Order;

using Recs.Matching.Numerics;
using Recs.Neural.Tables;

namespace Recs.Benchmarks;

/// <summary>Lookups by id among a million rows, ids in random order: the collisionless table against dictionaries.</summary>
[MemoryDiagnoser]
[Orderer(SummaryOrderPolicy.Declared)]
public class EmbeddingTableBenchmarks
{
    const int Rows = 1_000_000;
    const int Lookups = 100_000;

    readonly EmbeddingTable _table = new(new EmbeddingTableOptions(1, Rows), new OpenAdmission());
    readonly Dictionary<UInt128, int> _dictionary = [];
    readonly Dictionary<long, int> _short = [];
    readonly UInt128[] _keys = new UInt128[Lookups];
    readonly UInt128[] _strangers = new UInt128[Lookups];

    [GlobalSetup]
    public void Setup()
    {
        var rng = new Rng(1);
        var all = new UInt128[Rows];
        for (var row = 0; row < Rows; row++)
        {
            all[row] = new UInt128(rng.Next(), rng.Next());
            _ = _table.GetOrAdd(all[row], 0);
            _dictionary.Add(all[row], row);
            _short.Add((long)(ulong)all[row], row);
        }

        foreach (ref var key in _keys.AsSpan())
        {
            key = all[rng.NextInt(Rows)];
        }

        foreach (ref var key in _strangers.AsSpan())
        {
            key = new UInt128(rng.Next(), rng.Next());
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var copy = new Dictionary<UInt128, int>(_dictionary.Capacity);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(copy);
        Console.WriteLine($"// bytes a row beside its floats: {_table.OverheadBytes / (double)Rows:f1}, of the index "
            + $"{_table.IndexBytes / (double)Rows:f1}; of the dictionary {bytes / (double)Rows:f1}");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Lookups)]
    public long DictionaryOf128Bits()
    {
        var sum = 0L;
        foreach (var key in _keys)
        {
            _ = _dictionary.TryGetValue(key, out var row);
            sum += row;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long DictionaryOf64Bits()
    {
        var sum = 0L;
        foreach (var key in _keys)
        {
            _ = _short.TryGetValue((long)(ulong)key, out var row);
            sum += row;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long Table()
    {
        var sum = 0L;
        foreach (var key in _keys)
        {
            sum += _table.Find(key);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public float TableReadByAnyThread()
    {
        var sum = 0f;
        Span<float> values = stackalloc float[1];
        foreach (var key in _keys)
        {
            _ = _table.TryRead(key, values);
            sum += values[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long StrangersOfDictionary()
    {
        var sum = 0L;
        foreach (var key in _strangers)
        {
            _ = _dictionary.TryGetValue(key, out var row);
            sum += row;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long StrangersOfTable()
    {
        var sum = 0L;
        foreach (var key in _strangers)
        {
            sum += _table.Find(key);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long TableMeeting()
    {
        var sum = 0L;
        foreach (var key in _keys)
        {
            sum += _table.GetOrAdd(key, 0);
        }

        return sum;
    }
}
