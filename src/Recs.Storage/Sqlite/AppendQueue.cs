namespace Recs.Storage.Sqlite;

/// <summary>Appends that wait for the writer, first come first served, bounded in bytes. Safe for any number of threads.</summary>
sealed class AppendQueue(long bytesMax)
{
    readonly Lock _turn = new();
    readonly Queue<PendingAppend> _waiting = [];
    long _bytes;
    bool _closed;

    /// <summary>Bytes that wait or are being written.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <exception cref="LogOverloadedException">Too many bytes wait.</exception>
    /// <exception cref="LogUnavailableException">The queue was closed.</exception>
    public void Add(PendingAppend append)
    {
        lock (_turn)
        {
            if (_closed)
            {
                throw new LogUnavailableException("The event log is closed.");
            }

            if (_bytes + append.Records.Length > bytesMax)
            {
                throw new LogOverloadedException(
                    $"{_bytes} bytes wait to be written to the event log; {append.Records.Length} more would exceed {bytesMax}.");
            }

            _bytes += append.Records.Length;
            _waiting.Enqueue(append);
        }
    }

    /// <summary>Takes appends until they have so many bytes; what was abandoned falls out.</summary>
    public void Take(List<PendingAppend> taken, int commitBytesMax)
    {
        lock (_turn)
        {
            var bytes = 0;
            while (bytes < commitBytesMax && _waiting.TryDequeue(out var append))
            {
                if (append.TryTake())
                {
                    bytes += append.Records.Length;
                    taken.Add(append);
                }
                else
                {
                    _bytes -= append.Records.Length;
                }
            }
        }
    }

    /// <summary>Appends that were taken are done, one way or the other, and no longer count.</summary>
    public void Release(List<PendingAppend> taken)
    {
        lock (_turn)
        {
            foreach (var append in taken)
            {
                _bytes -= append.Records.Length;
            }
        }
    }

    /// <summary>Refuses further appends; those that wait are still taken. False when it was closed before.</summary>
    public bool TryClose()
    {
        lock (_turn)
        {
            return !_closed && (_closed = true);
        }
    }
}
