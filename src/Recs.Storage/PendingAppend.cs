namespace Recs.Storage;

/// <summary>An append that waits for its group commit; the task's result is the offset.</summary>
/// <remarks>Whoever awaits it continues elsewhere, never where the log is written.</remarks>
sealed class PendingAppend(int partition, ReadOnlyMemory<byte> records, int count)
    : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    const int Waiting = 0;
    const int Taken = 1;
    const int Abandoned = 2;

    int _state = Waiting;

    public int Partition => partition;

    public ReadOnlyMemory<byte> Records => records;

    public int Count => count;

    /// <summary>The row the records went to; set while the transaction is open.</summary>
    public long Offset { get; set; }

    /// <summary>The writer takes it; false when it was abandoned first.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller gives up; without effect once the writer has it.</summary>
    public void Abandon(CancellationToken cancel)
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Waiting) == Waiting)
        {
            TrySetCanceled(cancel);
        }
    }
}
