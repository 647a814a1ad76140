using Recs.Matching.Numerics;
using Recs.Neural.Tables;

using Xunit;

namespace Recs.Tests.Neural.Tables;

/// <summary>What the table promises of memory and of reading beside a writer.</summary>
public sealed class EmbeddingTableCostTests
{
    [Fact]
    public void A_row_takes_less_memory_beside_its_floats_than_an_entry_of_a_dictionary_of_the_same_ids()
    {
        const int Rows = 1_000_000;
        var table = new EmbeddingTable(new(1, Rows) { Drawn = 0 }, new OpenAdmission());
        var dictionary = new Dictionary<UInt128, int>();
        var rng = new Rng(1);
        for (var row = 1; row <= Rows; row++)
        {
            var id = new UInt128(rng.Next(), rng.Next());
            _ = table.GetOrAdd(id, (uint)row);
            dictionary.Add(id, row);
            if (row % 50_000 == 0)
            {
                Assert.True(table.OverheadBytes < 0.75 * BytesOf(dictionary.Capacity), $"{table.OverheadBytes} bytes for {row} rows");
            }
        }

        // Nor than a dictionary that was made for as many, also when some made room for others.
        _ = table.GetOrAdd(UInt128.One, Rows);
        Assert.Equal(1, table.Evicted);
        Assert.InRange(table.OverheadBytes / (double)Rows, 25, 33.5);
        Assert.True(table.OverheadBytes < 0.7 * BytesOf(Rows));
        Assert.True(table.OverheadBytes < 0.6 * BytesOf(dictionary.Capacity));
    }

    [Fact]
    public void The_bytes_told_are_those_that_are_allocated()
    {
        var options = new EmbeddingTableOptions(1, 1 << 20) { Drawn = 0 };
        var table = new EmbeddingTable(options, new OpenAdmission());
        for (var id = 1; id <= 4 * RowChunk.Rows; id++)
        {
            _ = table.GetOrAdd((UInt128)id, 0);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var index = new CuckooIndex(CuckooIndex.BucketsFor(table.Count));
        var chunks = Enumerable.Range(0, 4).Select(_ => new RowChunk(1)).ToArray();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before - chunks.Sum(chunk => chunk.Values.Length * sizeof(float));
        Assert.InRange(allocated, index.Bytes + (4 * RowChunk.Bytes), (index.Bytes + (4 * RowChunk.Bytes)) * 1.02);
        Assert.InRange(table.OverheadBytes, table.IndexBytes + (4 * RowChunk.Bytes), table.IndexBytes + (4 * RowChunk.Bytes) + 10_000);
    }

    [Fact]
    public void Lookups_meetings_and_evictions_allocate_nothing()
    {
        var table = new EmbeddingTable(new(4, 10_000), new OpenAdmission());
        Span<float> values = stackalloc float[4];
        Live(table, 0, 20_000, values);
        Assert.Equal(0, Live(table, 20_000, 60_000, values));
        Assert.Equal(50_000, table.Evicted);

        static long Live(EmbeddingTable table, int first, int last, Span<float> values)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var id = first; id < last; id++)
            {
                _ = table.GetOrAdd(Key(id), (uint)id);
                _ = table.GetOrAdd(Key(id), (uint)id);
                _ = table.Find(Key(id));
                _ = table.Find(Key(-1 - id));
                _ = table.TryRead(Key(id), values);
                _ = table.TryRead(Key(-1 - id), values);
                table.ExpireBefore((uint)Math.Max(0, id - 10_000));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Numbers_of_meetings_that_pass_the_end_of_their_range_keep_the_order()
    {
        var options = new EmbeddingTableOptions(1, 100);
        var table = new EmbeddingTable(options, new OpenAdmission());
        _ = table.GetOrAdd(Key(0), 1);
        var head = table.HeadPage();
        BitConverter.TryWriteBytes(head.AsSpan(3 * sizeof(uint)), uint.MaxValue - 50);
        table = EmbeddingTable.FromPages(head, [(0, table.PageOf(0))], options, new OpenAdmission());
        for (var id = 1; id < 200; id++)
        {
            _ = table.GetOrAdd(Key(id), id < 40 ? 1u : 2u);
        }

        Assert.All(Enumerable.Range(0, 200), id => Assert.Equal(id >= 100, table.Find(Key(id)) != EmbeddingTable.None));
    }

    [Fact]
    public async Task Readers_never_miss_an_id_that_stays_nor_see_another_row_while_others_come_leave_and_the_index_grows()
    {
        // Most of the rows, so that those that make way are of ids that nobody may miss.
        const int Staying = 2000;
        var table = Begin();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var reader = Task.Run(() => Read(() => Volatile.Read(ref table), Staying, stop.Token), TestContext.Current.CancellationToken);
        var (writer, evicted) = (new Rng(2), 0L);
        for (var step = 0; !stop.IsCancellationRequested; step++)
        {
            // From a few rows through a dozen indexes to a full table, and again.
            if (step % 20_000 == 19_999)
            {
                evicted += table.Evicted;
                Volatile.Write(ref table, Begin());
            }

            var id = Staying + writer.NextInt(10_000);
            if (writer.NextInt(8) == 0)
            {
                _ = table.Remove(Key(id));
            }
            else
            {
                Fill(table, id, step);
            }

            for (var met = 0; met < 4; met++)
            {
                Fill(table, ((4 * step) + met) % Staying, step);
            }
        }

        Assert.True(await reader > 1000);
        Assert.True(evicted > 1000);

        static EmbeddingTable Begin()
        {
            var table = new EmbeddingTable(new(8, 3000) { Spread = 0 }, new OpenAdmission());
            for (var id = 0; id < Staying; id++)
            {
                Fill(table, id, 0);
            }

            return table;
        }
    }

    [Fact]
    public async Task An_id_that_makes_way_again_and_again_is_never_missed()
    {
        // Of three buckets, the first two are full but for what makes way between them.
        const int Buckets = 3;
        var table = new EmbeddingTable(new(1, CuckooIndex.Ways * Buckets * 4 / 5), new OpenAdmission());
        var (low, high) = (KeysOf(0, 0, CuckooIndex.Ways), KeysOf(1, 1, CuckooIndex.Ways));
        var between = KeysOf(0, 1, 1)[0];
        foreach (var key in (UInt128[])[.. low[1..], .. high[1..], between])
        {
            _ = table.GetOrAdd(key, 0);
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var reader = Task.Run(
            () =>
            {
                var (values, read) = (new float[1], 0);
                for (; !stop.IsCancellationRequested; read++)
                {
                    Assert.True(table.TryRead(between, values), $"missed after {read}");
                }

                return read;
            },
            TestContext.Current.CancellationToken);
        while (!stop.IsCancellationRequested)
        {
            foreach (var key in (ReadOnlySpan<UInt128>)[low[0], high[0]])
            {
                _ = table.GetOrAdd(key, 0);
                _ = table.Remove(key);
            }
        }

        Assert.True(await reader > 1000);
        Assert.Equal(0, table.Evicted);

        static UInt128[] KeysOf(int first, int second, int count) =>
        [
            .. Enumerable.Range(1, 10_000).Select(Key)
                .Where(key => (KeyHash.Of(key) & uint.MaxValue) * Buckets >> 32 == (ulong)first && (KeyHash.Of(key) >> 32) * Buckets >> 32 == (ulong)second)
                .Take(count),
        ];
    }

    static int Read(Func<EmbeddingTable> table, int staying, CancellationToken stop)
    {
        var (rng, read, values) = (new Rng(1), 0, new float[8]);
        while (!stop.IsCancellationRequested)
        {
            var id = rng.NextInt(rng.NextInt(8) == 0 ? 10_000 : staying);
            if (table().TryRead(Key(id), values))
            {
                read++;
                // A row is zeros until it is filled.
                if ((values[0] != id + 1 && values[0] != 0) || values.AsSpan(2).ContainsAnyExcept(values[0] + values[1]))
                {
                    Assert.Fail($"{id} got {string.Join(' ', values)}");
                }
            }
            else if (id < staying)
            {
                Assert.Fail($"{id} was never taken out");
            }
        }

        return read;
    }

    static void Fill(EmbeddingTable table, int id, int step)
    {
        var row = table.GetOrAdd(Key(id), 0);
        var values = table.BeginWrite(row);
        var mark = step % 1000;
        values.Fill(id + 1 + mark);
        (values[0], values[1]) = (id + 1, mark);
        table.EndWrite(row);
    }

    // What a dictionary of that capacity keeps, without what it had before it grew.
    static long BytesOf(int capacity)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var dictionary = new Dictionary<UInt128, int>(capacity);
        GC.KeepAlive(dictionary);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static UInt128 Key(int id) => new((ulong)id * 0x9E3779B97F4A7C15, (ulong)(uint)id + 1);
}
