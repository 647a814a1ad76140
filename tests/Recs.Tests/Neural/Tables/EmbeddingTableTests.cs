using Recs.Matching.Numerics;
using Recs.Neural.Tables;

using Xunit;

namespace Recs.Tests.Neural.Tables;

public sealed class EmbeddingTableTests
{
    static readonly EmbeddingTableOptions Wide = new(4, 1 << 20) { Drawn = 2, Seed = 9 };

    [Fact]
    public void No_two_ids_share_a_row_however_many_there_are()
    {
        var table = new EmbeddingTable(Wide, new OpenAdmission());
        var rows = new HashSet<int>();
        for (var id = 1; id <= 200_000; id++)
        {
            Assert.True(rows.Add(table.GetOrAdd(Key(id), 0)));
        }

        for (var id = 1; id <= 200_000; id++)
        {
            Assert.Equal(Key(id), table.KeyOf(table.Find(Key(id))));
        }

        Assert.Equal(200_000, table.Count);
        Assert.Equal(EmbeddingTable.None, table.Find(Key(200_001)));
    }

    [Fact]
    public void A_row_stays_where_it_is_while_the_table_grows_and_others_leave()
    {
        var table = new EmbeddingTable(Wide, new OpenAdmission());
        var rng = new Rng(4);
        var model = new Dictionary<int, int>();
        for (var step = 0; step < 300_000; step++)
        {
            var id = 1 + rng.NextInt(40_000);
            if (rng.NextInt(3) == 0)
            {
                Assert.Equal(model.Remove(id), table.Remove(Key(id)));
                continue;
            }

            var row = table.GetOrAdd(Key(id), (uint)step);
            Assert.Equal(model.GetValueOrDefault(id, row), row);
            model[id] = row;
        }

        Assert.Equal(model.Count, table.Count);
        Assert.Equal(model.Count, model.Values.Distinct().Count());
    }

    [Fact]
    public void A_new_row_is_drawn_by_its_id_alone_and_the_rest_of_it_is_zero()
    {
        var (first, second) = (new EmbeddingTable(Wide, new OpenAdmission()), new EmbeddingTable(Wide, new OpenAdmission()));
        _ = first.GetOrAdd(Key(1), 0);
        var expected = first.Row(first.GetOrAdd(Key(2), 0)).ToArray();
        Assert.Equal(expected, second.Row(second.GetOrAdd(Key(2), 7)).ToArray());
        Assert.Equal([0, 0], expected[2..]);
        Assert.DoesNotContain(0, expected[..2]);
    }

    [Fact]
    public void A_full_table_evicts_the_id_met_longest_ago_and_never_fails()
    {
        var table = new EmbeddingTable(Wide with { RowsMax = 3 }, new OpenAdmission());
        foreach (var id in (int[])[1, 2, 3, 1, 4])
        {
            Assert.NotEqual(EmbeddingTable.None, table.GetOrAdd(Key(id), 0));
        }

        Assert.Equal(EmbeddingTable.None, table.Find(Key(2)));
        Assert.All((int[])[1, 3, 4], id => Assert.NotEqual(EmbeddingTable.None, table.Find(Key(id))));
        Assert.Equal((3, 1), (table.Count, table.Evicted));
    }

    [Fact]
    public void Ids_that_were_not_met_since_a_time_expire()
    {
        var table = new EmbeddingTable(Wide, new OpenAdmission());
        for (var id = 1; id <= 10; id++)
        {
            _ = table.GetOrAdd(Key(id), (uint)id);
        }

        _ = table.GetOrAdd(Key(1), 11);
        table.ExpireBefore(6);
        Assert.Equal((6, 4), (table.Count, table.Expired));
        Assert.NotEqual(EmbeddingTable.None, table.Find(Key(1)));
        Assert.Equal(EmbeddingTable.None, table.Find(Key(5)));
    }

    [Fact]
    public void Touched_rows_are_told_once_each()
    {
        var table = new EmbeddingTable(Wide, new OpenAdmission());
        var (a, b) = (table.GetOrAdd(Key(1), 0), table.GetOrAdd(Key(2), 0));
        List<int> rows = [];
        table.TakeTouched(rows);
        Assert.Equal([a, b], rows);
        for (var times = 0; times < 2; times++)
        {
            table.BeginWrite(b)[0] = 5;
            table.EndWrite(b);
        }

        _ = table.GetOrAdd(Key(1), 1);
        rows.Clear();
        table.TakeTouched(rows);
        Assert.Equal([b], rows);
    }

    [Fact]
    public void An_id_enters_after_as_many_meetings_as_the_threshold_within_the_windows()
    {
        var table = new EmbeddingTable(Wide, new CountedAdmission(3, new SlidingCounters(1 << 12, 2, 10)));
        Assert.Equal(EmbeddingTable.None, table.GetOrAdd(Key(1), 5));
        Assert.Equal(EmbeddingTable.None, table.GetOrAdd(Key(1), 12));
        // The first window is forgotten by now.
        Assert.Equal(EmbeddingTable.None, table.GetOrAdd(Key(1), 21));
        Assert.NotEqual(EmbeddingTable.None, table.GetOrAdd(Key(1), 22));
        Assert.Equal(3, table.NotAdmitted);
    }

    [Fact]
    public void The_equal_chance_admits_ninety_five_of_a_hundred_within_the_threshold()
    {
        Assert.Equal(0.450719728347, ProbabilisticAdmission.EqualChance(5), 1e-12);
        var table = new EmbeddingTable(Wide, new ProbabilisticAdmission(5, 1));
        for (var id = 1; id <= 20_000; id++)
        {
            for (var times = 0; times < 5; times++)
            {
                _ = table.GetOrAdd(Key(id), 0);
            }
        }

        Assert.InRange(table.Count / 20_000.0, 0.945, 0.955);
    }

    [Fact]
    public void The_unequal_chance_grows_with_the_count()
    {
        var admission = new ProbabilisticAdmission(4, 1, new SlidingCounters(1 << 20, 1, 100));
        var admitted = new int[4];
        for (var id = 1; id <= 10_000; id++)
        {
            for (var times = 0; times < 4; times++)
            {
                admitted[times] += admission.Admits(Key(id), 0) ? 1 : 0;
            }
        }

        Assert.All(Enumerable.Range(0, 4), times => Assert.InRange(admitted[times] / 10_000.0, (0.25 * (times + 1)) - 0.03, (0.25 * (times + 1)) + 0.03));
    }

    [Fact]
    public void A_restored_table_goes_on_bit_for_bit()
    {
        var options = Wide with { RowsMax = 5000 };
        var original = new EmbeddingTable(options, Filter());
        var stored = new Dictionary<int, byte[]>();
        Live(original, 1, 20_000, 0);
        Store(original, stored);
        Live(original, 2, 20_000, 20_000);
        Store(original, stored);
        var restored = EmbeddingTable.FromPages(original.HeadPage(), Pages(stored), options, Filter());
        Assert.Equal(Contents(original), Contents(restored));
        Live(original, 3, 40_000, 40_000);
        Live(restored, 3, 40_000, 40_000);
        Assert.True(original.Evicted > 0);
        Assert.Equal(Contents(original), Contents(restored));

        static IAdmission Filter() => new ProbabilisticAdmission(3, 5, new SlidingCounters(1 << 10, 2, 100));
    }

    [Fact]
    public void Only_pages_that_changed_are_told_and_a_failed_one_again()
    {
        var table = new EmbeddingTable(Wide, new OpenAdmission());
        for (var id = 1; id <= 100; id++)
        {
            _ = table.GetOrAdd(Key(id), 0);
        }

        List<int> pages = [];
        table.TakeChangedPages(pages);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], pages);
        _ = table.Remove(Key(20));
        table.MarkPage(5);
        pages.Clear();
        table.TakeChangedPages(pages);
        Assert.Equal([1, 5], pages);
    }

    [Fact]
    public void A_table_of_another_shape_is_refused_and_one_with_fewer_rows_keeps_the_newest()
    {
        var table = new EmbeddingTable(Wide, new OpenAdmission());
        for (var id = 1; id <= 100; id++)
        {
            _ = table.GetOrAdd(Key(id), 0);
        }

        var stored = new Dictionary<int, byte[]>();
        Store(table, stored);
        var head = table.HeadPage();
        _ = Assert.Throws<InvalidDataException>(
            () => EmbeddingTable.FromPages(head, Pages(stored), Wide with { Width = 5 }, new OpenAdmission()));
        _ = Assert.Throws<InvalidDataException>(
            () => EmbeddingTable.FromPages(head.AsSpan(0, 9), Pages(stored), Wide, new OpenAdmission()));
        var smaller = EmbeddingTable.FromPages(head, Pages(stored), Wide with { RowsMax = 10 }, new OpenAdmission());
        Assert.Equal(10, smaller.Count);
        Assert.All(Enumerable.Range(91, 10), id => Assert.NotEqual(EmbeddingTable.None, smaller.Find(Key(id))));
    }

    [Fact]
    public async Task Readers_get_whole_rows_of_the_id_they_asked_for_while_rows_come_go_and_move()
    {
        // A new row is zeros until it is filled.
        var options = new EmbeddingTableOptions(8, 20_000) { Spread = 0 };
        var table = new EmbeddingTable(options, new OpenAdmission());
        const int Always = 500;
        for (var id = 1; id <= Always; id++)
        {
            Fill(table, id, 0);
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var reader = Task.Run(
            () =>
            {
                var (rng, read) = (new Rng(1), 0);
                var values = new float[8];
                while (!stop.IsCancellationRequested)
                {
                    var id = 1 + rng.NextInt(rng.NextInt(2) == 0 ? Always : 30_000);
                    if (!table.TryRead(Key(id), values))
                    {
                        Assert.True(id > Always, $"{id} was never taken out");
                        continue;
                    }

                    read++;
                    if (values[0] != 0)
                    {
                        Assert.Equal(id, values[0]);
                    }

                    Assert.All(values[2..], value => Assert.Equal(values[0] + values[1], value));
                }

                return read;
            },
            TestContext.Current.CancellationToken);
        var writer = new Rng(2);
        for (var step = 1; !stop.IsCancellationRequested; step++)
        {
            var id = 1 + writer.NextInt(30_000);
            if (id > Always && writer.NextInt(3) == 0)
            {
                _ = table.Remove(Key(id));
            }
            else if (id <= Always || table.Count < 19_000)
            {
                Fill(table, id, step % 1000);
            }
        }

        Assert.True(await reader > 1000);
    }

    [Fact]
    public void Nothing_is_allocated_once_the_rows_are_there()
    {
        var table = new EmbeddingTable(Wide, new CountedAdmission(1, new SlidingCounters(1 << 10, 2, 10)));
        List<int> touched = new(2000);
        Span<float> values = stackalloc float[4];
        Round(table, touched, values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(table, touched, values);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Round(EmbeddingTable table, List<int> touched, Span<float> values)
        {
            for (var id = 1; id <= 1000; id++)
            {
                var row = table.GetOrAdd(Key(id), 1);
                table.BeginWrite(row)[0]++;
                table.EndWrite(row);
                _ = table.TryRead(Key(id), values);
                _ = table.Find(Key(id + 5000));
            }

            touched.Clear();
            table.TakeTouched(touched);
        }
    }

    static void Store(EmbeddingTable table, Dictionary<int, byte[]> stored)
    {
        List<int> pages = [];
        table.TakeChangedPages(pages);
        foreach (var page in pages)
        {
            stored[page] = table.PageOf(page);
        }
    }

    static IEnumerable<(int Page, ReadOnlyMemory<byte> Payload)> Pages(Dictionary<int, byte[]> stored) =>
        stored.Select(page => (page.Key, new ReadOnlyMemory<byte>(page.Value)));

    static string[] Contents(EmbeddingTable table)
    {
        List<int> rows = [.. Enumerable.Range(1, 20_000).Select(id => table.Find(Key(id))).Where(row => row != EmbeddingTable.None)];
        return [.. rows.Select(row => $"{table.KeyOf(row)} {string.Join(' ', table.Row(row).ToArray())}"), $"{table.Count} {table.Evicted} {table.NotAdmitted}"];
    }

    static void Live(EmbeddingTable table, ulong seed, int steps, int start)
    {
        var rng = new Rng(seed);
        for (var step = 0; step < steps; step++)
        {
            var row = table.GetOrAdd(Key(1 + (rng.NextInt(100) * rng.NextInt(200))), (uint)(start + step) / 100);
            if (row != EmbeddingTable.None)
            {
                table.BeginWrite(row)[1] += rng.NextSingle();
                table.EndWrite(row);
            }
        }
    }

    static void Fill(EmbeddingTable table, int id, int mark)
    {
        var row = table.GetOrAdd(Key(id), 0);
        var values = table.BeginWrite(row);
        values.Fill(id + mark);
        (values[0], values[1]) = (id, mark);
        table.EndWrite(row);
    }

    static UInt128 Key(int id) => new((ulong)id * 0x9E3779B97F4A7C15, (ulong)id);
}
