using Confluent.Kafka;

namespace Recs.Storage.Kafka;

/// <summary>The readers of one partition: made when they are first needed, at most two. Safe for any number of callers.</summary>
/// <remarks>
/// A reader that goes on where it stopped finds its messages fetched already; one that has to begin elsewhere waits for the
/// network. Two let the log be followed while somebody else goes through it.
/// </remarks>
sealed class PartitionReaders(KafkaClients clients, TopicPartition place) : IAsyncDisposable
{
    const int ReadersMax = 2;

    readonly SemaphoreSlim _places = new(ReadersMax);
    readonly Lock _turn = new();

    // The one used last is last.
    readonly List<PartitionReader> _idle = [];
    int _made;
    bool _closed;

    /// <summary>Reads with the reader that stopped there; otherwise as <see cref="PartitionReader.ReadAsync"/>.</summary>
    /// <returns>At least one row.</returns>
    /// <exception cref="LogUnavailableException">The brokers refuse or do not answer, or the log was closed.</exception>
    public async Task<List<LogBatch>> ReadAsync(
        long after, long end, int rowsMax, int bytesMax, MessageDecoder decoder, CancellationToken cancel)
    {
        await _places.WaitAsync(cancel);
        PartitionReader? reader = null;
        var sound = true;
        try
        {
            reader = Take(after);
            var rows = await reader.ReadAsync(after, end, rowsMax, bytesMax, decoder, cancel);
            if (rows.Count > 0)
            {
                return rows;
            }

            // There are rows, and none came: to say that there are none would let somebody skip them.
            sound = false;
            throw new LogUnavailableException($"The event log cannot be read: no row after {after} came within {KafkaClients.Timeout.TotalSeconds} s.");
        }
        catch (KafkaException reason)
        {
            sound = false;
            throw new LogUnavailableException($"The event log cannot be read: {reason.Message}", reason);
        }
        finally
        {
            if (reader is not null)
            {
                PutBack(reader, sound);
            }

            _places.Release();
        }
    }

    /// <summary>Waits for the reads under way and ends the consumers.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _closed, true);
        for (var held = 0; held < ReadersMax; held++)
        {
            await _places.WaitAsync();
        }

        _idle.ForEach(reader => reader.Dispose());
        _idle.Clear();
        _places.Release(ReadersMax);
    }

    PartitionReader Take(long after)
    {
        lock (_turn)
        {
            if (Volatile.Read(ref _closed))
            {
                throw new LogUnavailableException("The event log is closed.");
            }

            var at = _idle.FindIndex(reader => reader.Position == after);
            if (at < 0 && _made < ReadersMax)
            {
                var made = new PartitionReader(clients.Consumer(), place);
                _made++;
                return made;
            }

            var taken = _idle[Math.Max(at, 0)];
            _idle.Remove(taken);
            return taken;
        }
    }

    /// <summary>A reader that failed is not used again.</summary>
    void PutBack(PartitionReader reader, bool sound)
    {
        lock (_turn)
        {
            if (sound)
            {
                _idle.Add(reader);
                return;
            }

            _made--;
        }

        reader.Dispose();
    }
}
