using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

using Confluent.Kafka;


namespace Recs.Storage.Kafka;

/// <summary>
/// The writing half of one partition: one message is on its way, and what arrives meanwhile is the next one. Safe for any
/// number of threads.
/// </summary>
/// <remarks>
/// An append into an idle partition costs one round trip, into a busy one at most two. One message at a time is enough for
/// order, and for <see cref="KafkaLogOptions.MessageBytesMax"/> a round trip.
/// </remarks>
sealed class PartitionAppender(
    TopicPartition place, KafkaLogOptions options, ProducerSlot producer, AppendBudget budget, KafkaTail tail,
    KafkaMetrics metrics, TimeProvider time)
{
    static readonly byte[] Binary = Encoding.UTF8.GetBytes(MessageFormat.Binary);

    readonly Lock _turn = new();
    readonly Queue<PendingAppend> _waiting = [];
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _sending;
    bool _closed;
    long _lastAtMs;

    /// <summary>Takes appends, all or none, in this order and with nothing between them.</summary>
    /// <exception cref="LogOverloadedException">Too many bytes wait.</exception>
    /// <exception cref="LogUnavailableException">The log was closed.</exception>
    public void Add(ReadOnlySpan<PendingAppend> appends)
    {
        var bytes = 0;
        foreach (var append in appends)
        {
            bytes += append.Records.Length;
        }

        lock (_turn)
        {
            if (_closed)
            {
                throw new LogUnavailableException("The event log is closed.");
            }

            budget.Take(bytes);
            foreach (var append in appends)
            {
                _waiting.Enqueue(append);
            }

            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        SendNext();
    }

    /// <summary>Refuses further appends; complete when those that wait are done.</summary>
    public Task DrainAsync()
    {
        lock (_turn)
        {
            _closed = true;
            if (!_sending)
            {
                _drained.TrySetResult();
            }
        }

        return _drained.Task;
    }

    void SendNext()
    {
        while (Take() is { } appends)
        {
            var sender = producer.Current;
            var started = time.GetTimestamp();
            try
            {
                var message = Message(appends);
                sender.Produce(place, message, report =>
                {
                    Report(appends, report, sender, started);
                    SendNext();
                });
                return;
            }
            catch (Exception reason) when (reason is KafkaException or ObjectDisposedException)
            {
                Fail(appends, reason.Message, reason);
            }
        }
    }

    /// <summary>Appends for one message; null when none waits, and then nothing is being sent.</summary>
    List<PendingAppend>? Take()
    {
        lock (_turn)
        {
            List<PendingAppend> taken = [];
            var bytes = 0;
            while (_waiting.TryPeek(out var append) && (bytes == 0 || bytes + append.Records.Length <= options.MessageBytesMax))
            {
                _waiting.Dequeue();
                if (append.TryTake())
                {
                    taken.Add(append);
                    bytes += append.Records.Length;
                }
                else
                {
                    budget.Return(append.Records.Length);
                }
            }

            if (taken.Count > 0)
            {
                return taken;
            }

            _sending = false;
            if (_closed)
            {
                _drained.TrySetResult();
            }

            return null;
        }
    }

    Message<Null, byte[]> Message(List<PendingAppend> appends)
    {
        _lastAtMs = Math.Max(_lastAtMs, time.GetUtcNow().ToUnixTimeMilliseconds());
        var count = appends.Sum(append => append.Count);
        return new Message<Null, byte[]>
        {
            Value = Value(appends),
            Timestamp = new Timestamp(_lastAtMs, TimestampType.CreateTime),
            Headers =
            [
                new Header(MessageFormat.Header, Binary),
                new Header(MessageFormat.CountHeader, Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture))),
            ],
        };
    }

    static byte[] Value(List<PendingAppend> appends)
    {
        if (appends.Count == 1
            && MemoryMarshal.TryGetArray(appends[0].Records, out var whole)
            && whole.Count == whole.Array!.Length)
        {
            return whole.Array;
        }

        var value = GC.AllocateUninitializedArray<byte>(appends.Sum(append => append.Records.Length));
        var rest = value.AsSpan();
        foreach (var append in appends)
        {
            append.Records.Span.CopyTo(rest);
            rest = rest[append.Records.Length..];
        }

        return value;
    }

    void Report(
        List<PendingAppend> appends, DeliveryReport<Null, byte[]> report, IProducer<Null, byte[]> sender, long started)
    {
        if (report.Error.IsError)
        {
            if (report.Error.IsFatal)
            {
                producer.Replace(sender);
            }

            Fail(appends, report.Error.Reason, new KafkaException(report.Error));
            return;
        }

        metrics.Committed(appends.Count, time.GetElapsedTime(started));
        var offset = report.Offset.Value + 1;
        tail.Move(offset);
        foreach (var append in appends)
        {
            budget.Return(append.Records.Length);
            append.SetResult(offset);
        }
    }

    /// <summary>The broker did not take a message: what waits behind it fails too, for it has no better prospects.</summary>
    void Fail(List<PendingAppend> appends, string reason, Exception cause)
    {
        metrics.Failures.Add(1);
        lock (_turn)
        {
            while (_waiting.TryDequeue(out var append))
            {
                if (append.TryTake())
                {
                    appends.Add(append);
                }
                else
                {
                    budget.Return(append.Records.Length);
                }
            }
        }

        foreach (var append in appends)
        {
            budget.Return(append.Records.Length);
            append.SetException(new LogUnavailableException($"The event log cannot be written: {reason}", cause));
        }
    }
}
