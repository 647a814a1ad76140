namespace Recs.Storage.Kafka;

/// <summary>Bounds the bytes that wait for the broker or are on their way. Safe for any number of threads.</summary>
sealed class AppendBudget(long bytesMax)
{
    long _bytes;

    /// <exception cref="LogOverloadedException">Too many bytes wait.</exception>
    public void Take(int bytes)
    {
        var waiting = Interlocked.Add(ref _bytes, bytes) - bytes;
        if (waiting + bytes > bytesMax)
        {
            Return(bytes);
            throw new LogOverloadedException(
                $"{waiting} bytes wait to be written to the event log; {bytes} more would exceed {bytesMax}.");
        }
    }

    /// <summary>So many bytes are done, one way or the other.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
