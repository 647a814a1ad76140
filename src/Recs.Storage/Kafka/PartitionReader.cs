using Confluent.Kafka;

namespace Recs.Storage.Kafka;

/// <summary>One consumer assigned to one partition, and where it is. Belongs to one read at a time.</summary>
sealed class PartitionReader(IConsumer<Ignore, byte[]?> consumer, TopicPartition place) : IDisposable
{
    /// <summary>Offsets that hold no message (marks of transactions, expired rows): longer runs than this are one row.</summary>
    public const int GapRowsMax = 1 << 16;

    /// <summary>How often a reader looks whether what it waits for has come over the network.</summary>
    static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(2);

    static readonly long AtMsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    DateTimeOffset _lastAt = DateTimeOffset.UnixEpoch;
    ConsumeResult<Ignore, byte[]?>? _next;

    /// <summary>Offset of the last row read.</summary>
    public long Position { get; private set; } = -1;

    /// <summary>Reads rows above an offset until there are enough or the end is reached.</summary>
    /// <param name="after">Rows above this offset; going on where the last read stopped costs nothing.</param>
    /// <param name="end">A durable offset above <paramref name="after"/>; at this one the read ends.</param>
    /// <param name="rowsMax">Most rows.</param>
    /// <param name="bytesMax">Stops with the message that reaches this many bytes.</param>
    /// <param name="decoder">Makes rows of messages.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Rows with rising offsets; none when the rest of the partition cannot be had at the moment.</returns>
    /// <exception cref="KafkaException">The brokers refuse or do not answer.</exception>
    public async Task<List<LogBatch>> ReadAsync(
        long after, long end, int rowsMax, int bytesMax, MessageDecoder decoder, CancellationToken cancel)
    {
        if (after != Position)
        {
            Aim(after);
        }

        List<LogBatch> rows = [];
        var bytes = 0L;
        while (Position < end && rows.Count < rowsMax && bytes < bytesMax)
        {
            if (await NextAsync(wait: rows.Count == 0, cancel) is not { } next)
            {
                break;
            }

            var offset = next.Offset.Value + 1;
            if (next.IsPartitionEOF)
            {
                // The broker's end: everything up to it that was no message is a gap.
                _next = Fill(rows, next.Offset.Value, rowsMax) ? null : next;
                if (rows.Count > 0)
                {
                    break;
                }

                continue;
            }

            if (offset <= Position)
            {
                // The message at the place itself is read only for its time.
                _lastAt = Later(next.Message.Timestamp);
                _next = null;
                continue;
            }

            if (_lastAt == DateTimeOffset.UnixEpoch)
            {
                // Reading began among offsets without a message, whose time nobody knows: they are as old as this one.
                _lastAt = Later(next.Message.Timestamp);
            }

            if (!Fill(rows, offset - 1, rowsMax) || rows.Count == rowsMax)
            {
                continue;
            }

            _lastAt = Later(next.Message.Timestamp);
            rows.Add(decoder.Decode(offset, _lastAt, next.Message));
            bytes += next.Message.Value?.Length ?? 0;
            Position = offset;
            _next = null;
        }

        return rows;
    }

    /// <summary>Begins elsewhere: one message earlier, because no row may be older than the one before it.</summary>
    void Aim(long after)
    {
        _next = null;
        _lastAt = DateTimeOffset.UnixEpoch;
        Position = after;

        // Taking the partition away first empties what was fetched ahead.
        consumer.Unassign();
        consumer.Assign(new TopicPartitionOffset(place, new Offset(Math.Max(0, after - 1))));
    }

    /// <summary>Adds an empty row for every offset up to one that has no message; false when there was no room for all.</summary>
    /// <remarks>
    /// Without them, someone who has read to the end of the log could never say so, nor return to a place that was the
    /// end once.
    /// </remarks>
    bool Fill(List<LogBatch> rows, long last, int rowsMax)
    {
        if (last - Position > GapRowsMax)
        {
            Position = last - 1;
        }

        while (Position < last && rows.Count < rowsMax)
        {
            rows.Add(MessageDecoder.Empty(++Position, _lastAt));
        }

        return Position >= last;
    }

    /// <summary>The message at hand, or the next; null when none comes.</summary>
    async ValueTask<ConsumeResult<Ignore, byte[]?>?> NextAsync(bool wait, CancellationToken cancel)
    {
        _next ??= consumer.Consume(TimeSpan.Zero);
        var patience = wait ? KafkaClients.Timeout : KafkaClients.Timeout / 10;
        for (var waited = TimeSpan.Zero; _next is null && waited < patience; waited += LookInterval)
        {
            await Task.Delay(LookInterval, TimeProvider.System, cancel);
            _next = consumer.Consume(TimeSpan.Zero);
        }

        return _next;
    }

    DateTimeOffset Later(Timestamp timestamp)
    {
        var at = timestamp.Type == TimestampType.NotAvailable
            ? _lastAt
            : DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timestamp.UnixTimestampMs, 0, AtMsMax));
        return at > _lastAt ? at : _lastAt;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        consumer.Close();
        consumer.Dispose();
    }
}
