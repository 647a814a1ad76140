using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;

using CsCheck;

using Microsoft.Extensions.Time.Testing;

using Recs.Storage;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>What every implementation of the log must do. A subclass says how one is opened.</summary>
public abstract partial class LogContract : IAsyncLifetime
{
    protected const int Partitions = 4;

    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    IEventLog? _log;

    protected FakeTimeProvider Time { get; } = new(Noon);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IEventLog Log => _log!;

    /// <summary>Opens the log, and the store that it is a part of; the second call of a test finds what the first one left.</summary>
    protected abstract Task<IEventLog> OpenLogAsync();

    /// <summary>Closes what was opened.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>Forgets everything.</summary>
    protected abstract void Delete();

    public async ValueTask InitializeAsync() => _log = await OpenLogAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Delete();
        GC.SuppressFinalize(this);
    }

    protected async Task Reopen()
    {
        await CloseAsync();
        _log = await OpenLogAsync();
    }

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [Fact]
    public async Task An_empty_partition_ends_at_zero_and_reads_as_nothing()
    {
        Assert.Equal(Partitions, Log.Partitions);
        Assert.Equal(0, await Log.EndAsync(1, Cancel));
        Assert.Empty(await Log.ReadAsync(1, 0, 10, 1000, Cancel));
        Assert.Equal(0, await Log.OffsetBeforeAsync(1, DateTimeOffset.MaxValue, Cancel));
    }

    [Fact]
    public async Task What_was_appended_is_read_back_with_its_time_and_count()
    {
        Assert.Equal(1, await Log.AppendAsync(2, Text("ab"), 2, Cancel));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Log.AppendAsync(2, Text("c"), 1, Cancel));

        await Reopen();

        var rows = await Log.ReadAsync(2, 0, 10, 1000, Cancel);
        Assert.Equal([1L, 2L], rows.Select(row => row.Offset));
        Assert.Equal("ab c", string.Join(' ', rows.Select(row => Text(row.Payload))));
        Assert.Equal([2, 1], rows.Select(row => row.Count));
        Assert.Equal([Noon, Noon.AddSeconds(1)], rows.Select(row => row.At));
        Assert.Equal(2, await Log.EndAsync(2, Cancel));
        Assert.Equal(0, await Log.EndAsync(1, Cancel));
    }

    [Fact]
    public async Task Offsets_continue_after_reopening()
    {
        await Log.AppendAsync(0, Text("a"), 1, Cancel);
        await Reopen();
        Assert.Equal(2, await Log.AppendAsync(0, Text("b"), 1, Cancel));
    }

    [Fact]
    public async Task Reading_starts_after_an_offset_and_stops_at_rows_or_bytes()
    {
        for (var row = 1; row <= 5; row++)
        {
            await Log.AppendAsync(3, new byte[100], 1, Cancel);
        }

        Assert.Equal([3L, 4L], (await Log.ReadAsync(3, 2, 2, 10_000, Cancel)).Select(row => row.Offset));
        Assert.Equal([1L, 2L, 3L], (await Log.ReadAsync(3, 0, 100, 250, Cancel)).Select(row => row.Offset));
        Assert.Equal([4L], (await Log.ReadAsync(3, 3, 100, 1, Cancel)).Select(row => row.Offset));
        Assert.Empty(await Log.ReadAsync(3, 5, 100, 1000, Cancel));
        Assert.Empty(await Log.ReadAsync(3, long.MaxValue, 100, 1000, Cancel));
    }

    [Fact]
    public async Task A_reader_that_waits_is_told_of_the_next_row()
    {
        await Log.AppendAsync(0, Text("a"), 1, Cancel);
        await Log.WaitAsync(0, 0, Cancel);
        var second = Log.WaitAsync(0, 1, Cancel).AsTask();
        var other = Log.WaitAsync(1, 0, Cancel).AsTask();
        var third = Log.WaitAsync(0, 2, Cancel).AsTask();

        await Log.AppendAsync(0, Text("b"), 1, Cancel);

        await second.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.False(other.IsCompleted);
        Assert.False(third.IsCompleted);
        await Log.DisposeAsync();
        await Assert.ThrowsAsync<LogUnavailableException>(() => third);
        await Assert.ThrowsAsync<LogUnavailableException>(() => other);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var waiting = Log.WaitAsync(0, 0, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task The_offset_before_a_time_is_that_of_the_last_earlier_row()
    {
        for (var second = 1; second <= 20; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Log.AppendAsync(1, Text("x"), 1, Cancel);
        }

        Assert.Equal(0, await Log.OffsetBeforeAsync(1, Noon, Cancel));
        Assert.Equal(0, await Log.OffsetBeforeAsync(1, Noon.AddSeconds(1), Cancel));
        Assert.Equal(1, await Log.OffsetBeforeAsync(1, Noon.AddSeconds(1).AddTicks(1), Cancel));
        Assert.Equal(6, await Log.OffsetBeforeAsync(1, Noon.AddSeconds(7), Cancel));
        Assert.Equal(20, await Log.OffsetBeforeAsync(1, Noon.AddHours(1), Cancel));
    }

    [Fact]
    public async Task Times_of_a_partition_never_go_back_even_when_the_clock_does()
    {
        await Log.AppendAsync(0, Text("a"), 1, Cancel);
        Time.AdjustTime(Noon.AddHours(-1));
        await Log.AppendAsync(0, Text("b"), 1, Cancel);
        await Reopen();
        await Log.AppendAsync(0, Text("c"), 1, Cancel);
        Assert.All(await Log.ReadAsync(0, 0, 10, 1000, Cancel), row => Assert.Equal(Noon, row.At));
    }

    [Fact]
    public async Task A_closed_log_takes_nothing()
    {
        await Log.DisposeAsync();
        await Assert.ThrowsAsync<LogUnavailableException>(() => Log.AppendAsync(0, Text("a"), 1, Cancel).AsTask());
        await Log.DisposeAsync();
    }

    [Fact]
    public async Task A_cancelled_append_was_not_written()
    {
        using var giveUp = new CancellationTokenSource();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Log.AppendAsync(0, Text("a"), 1, giveUp.Token).AsTask());
        Assert.Equal(0, await Log.EndAsync(0, Cancel));
    }

    /// <summary>Writers append numbered records; each must be in the log once, in its writer's order, in the row it was told.</summary>
    [Fact]
    public Task Concurrent_appends_keep_their_order_and_lose_nothing() =>
        Gen.Select(Gen.Int[1, 24], Gen.Int[1, 40], Gen.Int[0, 3000]).SampleAsync(
            async (writers, appends, padding) =>
            {
                var told = new ConcurrentDictionary<(int Writer, int Number), (int Partition, long Offset)>();
                var starts = await Ends();
                await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
                {
                    await Task.Yield();
                    for (var number = 0; number < appends; number++)
                    {
                        var partition = writer % Partitions;
                        var offset = await Log.AppendAsync(partition, Record(writer, number, padding), 1, Cancel);
                        Assert.True(told.TryAdd((writer, number), (partition, offset)));
                    }
                }));

                for (var partition = 0; partition < Partitions; partition++)
                {
                    var next = new int[writers];
                    foreach (var row in await ReadAll(partition, starts[partition]))
                    {
                        Assert.Equal(row.Payload.Length, row.Count * (padding + 8));
                        for (var at = 0; at < row.Payload.Length; at += padding + 8)
                        {
                            var record = row.Payload.Span[at..];
                            var writer = BinaryPrimitives.ReadInt32LittleEndian(record);
                            Assert.Equal(next[writer]++, BinaryPrimitives.ReadInt32LittleEndian(record[4..]));
                            Assert.True(told.Remove((writer, next[writer] - 1), out var place));
                            Assert.Equal((partition, row.Offset), place);
                        }
                    }
                }

                Assert.Empty(told);
            },
            iter: 20,
            threads: 1);

    async Task<long[]> Ends()
    {
        var ends = new long[Partitions];
        for (var partition = 0; partition < Partitions; partition++)
        {
            ends[partition] = await Log.EndAsync(partition, Cancel);
        }

        return ends;
    }

    async Task<List<LogBatch>> ReadAll(int partition, long after)
    {
        List<LogBatch> all = [];
        while (await Log.ReadAsync(partition, after, 7, 100_000, Cancel) is { Count: > 0 } rows)
        {
            Assert.Equal(Enumerable.Range(1, rows.Count).Select(step => after + step), rows.Select(row => row.Offset));
            all.AddRange(rows);
            after = rows[^1].Offset;
        }

        return all;
    }

    static byte[] Record(int writer, int number, int padding)
    {
        var record = new byte[padding + 8];
        BinaryPrimitives.WriteInt32LittleEndian(record, writer);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), number);
        return record;
    }
}
