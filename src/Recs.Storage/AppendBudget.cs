namespace Recs.Storage;

/// <summary>Bytes that may wait for the log, shared by all partitions of this process. Safe for any number of threads.</summary>
sealed class AppendBudget(long bytesMax)
{
    long _bytes;

    /// <exception cref="LogOverloadedException">Too many bytes wait.</exception>
    public void Take(int bytes)
    {
        while (true)
        {
            var waiting = Interlocked.Read(ref _bytes);
            if (waiting + bytes > bytesMax)
            {
                throw new LogOverloadedException(
                    $"{waiting} bytes wait to be written to the event log; {bytes} more would exceed {bytesMax}.");
            }

            if (Interlocked.CompareExchange(ref _bytes, waiting + bytes, waiting) == waiting)
            {
                return;
            }
        }
    }

    /// <summary>Bytes that were written, failed or were abandoned no longer count.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
