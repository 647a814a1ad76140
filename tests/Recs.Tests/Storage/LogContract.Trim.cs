using Recs.Storage;
using Recs.Storage.Folding;

using Xunit;

namespace Recs.Tests.Storage;

public abstract partial class LogContract
{
    /// <summary>Whether what holds the log in this test can drop rows.</summary>
    protected virtual bool Trims => true;

    /// <summary>Whether the time of the last row is remembered when no row is left.</summary>
    protected virtual bool RemembersTimes => true;

    [Fact]
    public async Task Trimmed_rows_are_gone_and_the_others_stay_as_they_were()
    {
        await Fill(1, 20);
        await Fill(2, 3);
        var before = await Rows(1);

        Assert.Equal(12, (await Trim(1, 12)).Rows);

        Assert.Equal(before.Skip(12).Select(Shown), (await Rows(1)).Select(Shown));
        Assert.Equal(3, (await Rows(2)).Count);
        Assert.Equal(20, await Log.EndAsync(1, Cancel));
        Assert.Equal(21, await Log.AppendAsync(1, Text("on"), 1, Cancel));
        await Reopen();
        Assert.Equal(before.Skip(12).Select(Shown), (await Rows(1)).SkipLast(1).Select(Shown));
        Assert.Equal(21, await Log.EndAsync(1, Cancel));
    }

    [Fact]
    public async Task Trimming_twice_or_less_than_before_does_nothing()
    {
        await Fill(0, 5);
        Assert.Equal(3, (await Trim(0, 3)).Rows);
        Assert.Equal(0, (await Trim(0, 3)).Rows);
        Assert.Equal(0, (await Trim(0, 1)).Rows);
        Assert.Equal(0, (await Trim(0, 0)).Rows);
        Assert.Equal([4L, 5L], (await Rows(0)).Select(row => row.Offset));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Log.TrimAsync(0, -1, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Log.TrimAsync(Partitions, 1, Cancel).AsTask());
    }

    [Fact]
    public async Task An_emptied_partition_goes_on_where_it_was_also_when_it_is_opened_again()
    {
        await Fill(1, 7);
        var last = (await Rows(1))[^1].At;
        Assert.Equal(7, (await Trim(1, long.MaxValue)).Rows);
        Assert.Empty(await Rows(1));
        Assert.Equal(7, await Log.EndAsync(1, Cancel));

        Time.AdjustTime(Noon.AddHours(-1));
        await Reopen();

        Assert.Empty(await Rows(1));
        Assert.Equal(7, await Log.EndAsync(1, Cancel));
        Assert.Equal(0, await Log.EndAsync(2, Cancel));
        var waiting = Log.WaitAsync(1, 7, Cancel).AsTask();
        Assert.Equal(8, await Log.AppendAsync(1, Text("x"), 1, Cancel));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        var row = (await Rows(1)).Single();
        Assert.Equal(8, row.Offset);
        Assert.True(row.At == last || !RemembersTimes, "the time of the partition went back");
        Assert.Equal(1, await Log.AppendAsync(2, Text("first"), 1, Cancel));
    }

    [Fact]
    public async Task Trimmed_rows_count_as_written_before_any_time()
    {
        await Fill(1, 20);
        await Trim(1, 12);

        Assert.Equal(12, await Log.OffsetBeforeAsync(1, Noon, Cancel));
        Assert.Equal(12, await Log.OffsetBeforeAsync(1, Noon.AddSeconds(13), Cancel));
        Assert.Equal(13, await Log.OffsetBeforeAsync(1, Noon.AddSeconds(14), Cancel));
        Assert.Equal(20, await Log.OffsetBeforeAsync(1, Noon.AddHours(1), Cancel));
        await Trim(1, 20);
        Assert.Equal(20, await Log.OffsetBeforeAsync(1, Noon, Cancel));
    }

    [Fact]
    public async Task Appends_go_on_while_many_large_rows_are_dropped()
    {
        var large = new byte[8 << 10];
        for (var row = 0; row < 600; row++)
        {
            await Log.AppendAsync(0, large, 1, Cancel);
        }

        var trimming = Trim(0, 590);
        var appended = 0L;
        do
        {
            Assert.Equal(600 + ++appended, await Log.AppendAsync(0, Text("x"), 1, Cancel));
        }
        while (!trimming.IsCompleted);
        Assert.Equal(590, (await trimming).Rows);
        Assert.Equal(Enumerable.Range(591, 10 + (int)appended).Select(offset => (long)offset), (await Rows(0)).Select(row => row.Offset));
    }

    async Task Fill(int partition, int rows)
    {
        for (var row = 1; row <= rows; row++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Log.AppendAsync(partition, Text($"row {row}"), 1, Cancel);
        }
    }

    async Task<TrimmedRows> Trim(int partition, long through)
    {
        Assert.SkipUnless(Trims, "The broker that stands in for the real one cannot drop rows.");
        return await Log.TrimAsync(partition, through, Cancel);
    }

    /// <summary>What is left; a broker's dropped rows are read as rows without records.</summary>
    async Task<List<LogBatch>> Rows(int partition)
    {
        List<LogBatch> rows = [];
        await foreach (var row in LogRows.ReadAsync(Log, partition, 0, long.MaxValue, Cancel))
        {
            if (row.Count > 0)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    static (long, DateTimeOffset, int, string) Shown(LogBatch row) => (row.Offset, row.At, row.Count, Text(row.Payload));
}
