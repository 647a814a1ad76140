namespace Recs.Storage.Sqlite;

/// <summary>A write other than an append that waits for the writer; the task's result is what the write returned.</summary>
/// <remarks>Whoever awaits it continues elsewhere, never on the writer's thread.</remarks>
sealed class PendingWrite(int bytes, Func<SqliteSession, object?> write)
    : TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    const int Waiting = 0;
    const int Taken = 1;
    const int Abandoned = 2;

    int _state = Waiting;
    object? _result;

    /// <summary>About how many bytes it writes.</summary>
    public int Bytes => bytes;

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

    /// <summary>Writes, inside the writer's transaction.</summary>
    public void Write(SqliteSession session) => _result = write(session);

    /// <summary>The transaction is durable.</summary>
    public void Complete() => SetResult(_result);
}
