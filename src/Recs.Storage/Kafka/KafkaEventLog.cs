using System.ComponentModel.DataAnnotations;

using Confluent.Kafka;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using Recs.Storage.Sqlite;

namespace Recs.Storage.Kafka;

/// <summary>The log of feedback in a Kafka topic. Any number of processes may append to it and read it.</summary>
/// <remarks>
/// A row is a message, its offset the broker's plus one. Offsets without a message (marks of transactions, messages of
/// aborted ones) are rows without records, so that offsets rise by one here too; only a run of more than
/// <see cref="PartitionReader.GapRowsMax"/> of them, as retention leaves it, is a single row. A row's time is its
/// message's, raised to that of the row before. Rows that open transactions hold back are not there yet.
/// <para>
/// An append is written once by one message, which librdkafka repeats until the broker has it or the time is over; only
/// when the time is over may records be in the log although the append failed.
/// </para>
/// <para>Messages that others wrote as JSON lines, and damaged ones, are rows without records (<see cref="LogBatch.Foreign"/>).</para>
/// </remarks>
public sealed class KafkaEventLog : IEventLog
{
    /// <summary>Name of the meter: group commits, refused appends, messages not taken.</summary>
    public const string MeterName = SqliteStore.MeterName;

    readonly KafkaLogOptions _options;
    readonly TimeProvider _time;
    readonly KafkaMetrics _metrics = new();
    readonly IConsumer<Ignore, byte[]?> _control;
    readonly IAdminClient _admin;
    readonly ProducerSlot _producer;
    readonly KafkaTail[] _tails;
    readonly PartitionEnds _ends;
    readonly PartitionAppender[] _appenders;
    readonly PartitionReaders[] _readers;
    readonly MessageDecoder _decoder;
    int _closed;

    KafkaEventLog(
        KafkaLogOptions options, KafkaClients clients, IConsumer<Ignore, byte[]?> control, IAdminClient admin, TimeProvider time)
    {
        (_options, _control, _admin, _time) = (options, control, admin, time);
        _decoder = new MessageDecoder(options.CheckRecords);
        _producer = new ProducerSlot(clients);
        var budget = new AppendBudget(options.AppendBytesMax);
        TopicPartition[] places =
            [.. Enumerable.Range(0, options.Partitions).Select(each => new TopicPartition(options.Topic, each))];
        _tails = [.. places.Select(_ => new KafkaTail())];
        _ends = new PartitionEnds(admin, options.Topic, _tails, time);
        _appenders = [.. places.Select((place, each) =>
            new PartitionAppender(place, options, _producer, budget, _tails[each], _metrics, time))];
        _readers = [.. places.Select(place => new PartitionReaders(clients, place))];
    }

    /// <inheritdoc/>
    public bool IsLocal => false;

    /// <inheritdoc/>
    public bool IsGapless => false;

    /// <inheritdoc/>
    public int Partitions => _options.Partitions;

    /// <summary>Opens the log; creates its topic first when it is missing.</summary>
    /// <param name="options">Where it is, and the limits.</param>
    /// <param name="time">The clock of appended messages.</param>
    /// <param name="logger">Hears what the clients have to say.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="StorageRefusedException">
    /// A setting is unknown, the topic has another number of partitions, or it is missing and may not be created.
    /// </exception>
    /// <exception cref="LogUnavailableException">The brokers do not answer.</exception>
    public static async Task<KafkaEventLog> OpenAsync(
        KafkaLogOptions options,
        TimeProvider time,
        ILogger? logger,
        CancellationToken cancel)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        var clients = new KafkaClients(options, logger ?? NullLogger.Instance);
        IConsumer<Ignore, byte[]?>? control = null;
        IAdminClient? admin = null;
        try
        {
            // Questions go through a consumer: asking about a missing topic must not create it.
            control = clients.Consumer();
            admin = new DependentAdminClientBuilder(control.Handle).Build();
            var partitions = await KafkaTopic.RequireAsync(admin, options, cancel);
            return new KafkaEventLog(options with { Partitions = partitions }, clients, control, admin, time);
        }
        catch (Exception reason)
        {
            admin?.Dispose();
            control?.Dispose();
            if (reason is InvalidOperationException or ArgumentException)
            {
                throw new StorageRefusedException($"The event log's settings are refused: {reason.Message}", reason);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> AppendAsync(
        int partition, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(records.Length, 1, nameof(records));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        cancel.ThrowIfCancellationRequested();
        if (records.Length > _options.MessageBytesMax)
        {
            return await AppendDividedAsync(partition, records);
        }

        var pending = new PendingAppend(partition, records, count);
        Add([pending]);
        if (!cancel.CanBeCanceled)
        {
            return await pending.Task;
        }

        await using var giveUp = cancel.UnsafeRegister(
            static (state, token) => ((PendingAppend)state!).Abandon(token), pending);
        return await pending.Task;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogBatch>> ReadAsync(
        int partition, long after, int rowsMax, int bytesMax, CancellationToken cancel)
    {
        Check(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        var tail = _tails[partition];
        if (after >= tail.End)
        {
            await _ends.RefreshAsync(partition, cancel);
            if (after >= tail.End)
            {
                return [];
            }
        }

        var most = Math.Min(rowsMax, _options.ReadRowsMax);
        return await _readers[partition].ReadAsync(after, tail.End, most, bytesMax, _decoder, cancel);
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(int partition, long after, CancellationToken cancel)
    {
        Check(partition);
        while (!_tails[partition].IsAbove(after, out var moved))
        {
            try
            {
                await _ends.RefreshAsync(partition, cancel);
            }
            catch (LogUnavailableException) when (!moved.IsFaulted)
            {
                // Whoever waits for a row waits for the brokers too.
            }

            await Task.WhenAny(moved, Task.Delay(_options.PollInterval, _time, cancel));
            cancel.ThrowIfCancellationRequested();
            if (moved.IsFaulted)
            {
                await moved;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> EndAsync(int partition, CancellationToken cancel)
    {
        Check(partition);
        await _ends.RefreshAsync(partition, cancel);
        return _tails[partition].End;
    }

    /// <inheritdoc/>
    public async ValueTask<long> OffsetBeforeAsync(int partition, DateTimeOffset at, CancellationToken cancel)
    {
        Check(partition);
        await _ends.RefreshAsync(partition, cancel);

        // The end comes first: what is appended between the two questions is then read, not missed.
        var end = _tails[partition].End;
        var first = await _ends.FirstAtAsync(partition, FirstMillisecondAt(at), cancel);
        if (first >= 0 && first < end)
        {
            return first;
        }

        // A broker that keeps no index of times answers that there is nothing: the last row tells.
        if (end == 0 || await ReadOneAsync(partition, end - 1, cancel) is not { } last || last.At < at)
        {
            return end;
        }

        return await ReadOneAsync(partition, 0, cancel) is { } oldest && oldest.At < at
            ? await SearchBeforeAsync(partition, end, at, cancel)
            : 0;
    }

    /// <summary>The last row before a time that the end is not before: about log₂ reads.</summary>
    async Task<long> SearchBeforeAsync(int partition, long end, DateTimeOffset at, CancellationToken cancel)
    {
        var (before, after) = (0L, end);
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (await ReadOneAsync(partition, middle - 1, cancel) is { } row && row.Offset < after && row.At < at)
            {
                before = row.Offset;
            }
            else
            {
                after = middle;
            }
        }

        return before;
    }

    async Task<LogBatch?> ReadOneAsync(int partition, long after, CancellationToken cancel) =>
        await ReadAsync(partition, after, 1, 1, cancel) is [var row, ..] ? row : null;

    /// <inheritdoc/>
    /// <remarks>A broker gives the space back by segments, some time later. Reading passes over what is gone as rows without records.</remarks>
    public async ValueTask<TrimmedRows> TrimAsync(int partition, long through, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(through);
        var place = new TopicPartition(_options.Topic, partition);
        return await PartitionTrim.RunAsync(_admin, place, Math.Min(through, await EndAsync(partition, cancel)), cancel);
    }

    /// <summary>Stored times are whole milliseconds: a row is before a time when it is before that time rounded up.</summary>
    internal static long FirstMillisecondAt(DateTimeOffset at)
    {
        var ticks = (at - DateTimeOffset.UnixEpoch).Ticks;
        return ticks <= 0 ? 0 : ((ticks - 1) / TimeSpan.TicksPerMillisecond) + 1;
    }

    /// <summary>Refuses further appends; complete when those that wait are done and the waiting readers have been told.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await Task.WhenAll(_appenders.Select(appender => appender.DrainAsync()));
        foreach (var tail in _tails)
        {
            tail.Close();
        }

        foreach (var readers in _readers)
        {
            await readers.DisposeAsync();
        }

        _producer.Dispose();
        _admin.Dispose();
        _control.Dispose();
        _metrics.Dispose();
    }

    void Add(ReadOnlySpan<PendingAppend> appends)
    {
        try
        {
            _appenders[appends[0].Partition].Add(appends);
        }
        catch (LogOverloadedException)
        {
            _metrics.Overloaded.Add(1);
            throw;
        }
    }

    /// <summary>Several messages of one append cannot be given up half-way, so nothing cancels them.</summary>
    async ValueTask<long> AppendDividedAsync(int partition, ReadOnlyMemory<byte> records)
    {
        List<(ReadOnlyMemory<byte> Records, int Count)> parts = [];
        if (!LogRecords.TryDivide(records, _options.MessageBytesMax, parts))
        {
            throw new ArgumentException(
                $"{records.Length} bytes are more than a message takes and not whole records.", nameof(records));
        }

        PendingAppend[] appends = [.. parts.Select(part => new PendingAppend(partition, part.Records, part.Count))];
        Add(appends);
        return (await Task.WhenAll(appends.Select(append => append.Task)))[^1];
    }

    void Check(int partition) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)Partitions, nameof(partition));
}
