using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Recs.Storage.Sqlite;

/// <summary>
/// The one thread that writes. Turn by turn it makes everything that waits for the log durable in one transaction, then
/// a bounded share of the other writes in another, so that an append never waits for more than one such share.
/// </summary>
/// <remarks>A failed transaction fails those who wait for it; the next one starts afresh, so a disk that recovers is used again.</remarks>
sealed partial class SqliteWriter : IAsyncDisposable
{
    const int ResultBusy = 5;

    static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(1);

    readonly SqliteSession _session;
    readonly SqliteOptions _options;
    readonly LogAppender? _log;
    readonly Checkpointer _checkpointer;
    readonly StorageMetrics _metrics;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _turn = new();
    readonly Queue<PendingWrite> _waiting = [];
    readonly List<PendingWrite> _taken = [];
    readonly SemaphoreSlim _places;
    readonly AutoResetEvent _wake = new(initialState: false);
    readonly ManualResetEventSlim _pause = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _closing;
    bool _failing;

    public SqliteWriter(
        SqliteSession session,
        SqliteOptions options,
        LogAppender? log,
        Checkpointer checkpointer,
        StorageMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        (_session, _options, _log, _checkpointer, _metrics, _time, _logger) =
            (session, options, log, checkpointer, metrics, time, logger);
        _places = new SemaphoreSlim(options.WritesMax);

        // Waiting while another process writes is done here, in steps of a millisecond, not by SQLite in steps of 25 to 100.
        session.Run("PRAGMA busy_timeout = 0");
        new Thread(Run) { IsBackground = true, Name = "recs-storage-writer" }.Start();
    }

    /// <summary>Something waits in the log's queue.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Writes something in a transaction, alone or with others; durable when complete.</summary>
    /// <param name="bytes">About how many bytes it writes.</param>
    /// <param name="write">Runs on the writer's thread, inside a transaction. What it throws undoes what it did.</param>
    /// <param name="cancel">Gives up while the write waits.</param>
    /// <exception cref="IOException">Storage failed, or the store is closed.</exception>
    public async Task<T> WriteAsync<T>(long bytes, Func<SqliteSession, T> write, CancellationToken cancel)
    {
        await _places.WaitAsync(cancel);
        try
        {
            var pending = new PendingWrite((int)Math.Min(bytes, int.MaxValue), session => write(session));
            lock (_turn)
            {
                if (_closing)
                {
                    throw new IOException("The store is closed.");
                }

                _waiting.Enqueue(pending);
            }

            _wake.Set();
            await using var giveUp = cancel.UnsafeRegister(
                static (state, token) => ((PendingWrite)state!).Abandon(token), pending);
            return (T)(await pending.Task)!;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Completes when everything that waits now has been written or has failed.</summary>
    public async Task DrainAsync()
    {
        // A write goes after the appends of its turn; a group commit may leave appends over, so ask until none is left.
        do
        {
            await WriteAsync(0, static _ => 0, CancellationToken.None);
        }
        while (_log is { Queue.Bytes: > 0 });
    }

    /// <summary>Makes what waits durable, then ends the thread and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_turn)
        {
            _closing = true;
        }

        _wake.Set();
        await _ended.Task;
        _session.Dispose();
        _pause.Dispose();
    }

    void Run()
    {
        while (true)
        {
            var closing = Volatile.Read(ref _closing);
            var appends = _log?.Take() ?? false;
            if (appends)
            {
                CommitAppends(_log!);
            }

            TakeWrites();
            if (_taken.Count > 0)
            {
                CommitWrites();
            }
            else if (!appends && closing)
            {
                break;
            }
            else if (!appends)
            {
                _wake.WaitOne();
            }

            if (_checkpointer.TakeRemainder())
            {
                Checkpointer.Copy(_session);
            }
        }

        _ended.SetResult();
    }

    void TakeWrites()
    {
        lock (_turn)
        {
            var bytes = 0L;
            while (bytes < _options.WriteBatchBytesMax && _waiting.TryPeek(out var write)
                && (_taken.Count == 0 || bytes + write.Bytes <= _options.WriteBatchBytesMax))
            {
                _waiting.Dequeue();
                if (write.TryTake())
                {
                    bytes += write.Bytes;
                    _taken.Add(write);
                }
            }
        }
    }

    void CommitAppends(LogAppender log)
    {
        var started = _time.GetTimestamp();
        try
        {
            Begin();
            var bytes = log.Write(_session);
            Commit();
            _metrics.Committed(log.TakenCount, _time.GetElapsedTime(started));
            log.Complete();
            _checkpointer.Written(bytes);
            Recovered();
        }
        catch (Exception reason)
        {
            Rollback();
            Failed(reason);
            log.Fail(reason);
        }
    }

    void CommitWrites()
    {
        try
        {
            Begin();
            for (var index = 0; index < _taken.Count;)
            {
                if (TryWrite(_taken[index]))
                {
                    index++;
                }
                else
                {
                    _taken.RemoveAt(index);
                }
            }

            Commit();
            _checkpointer.Written(_taken.Sum(write => (long)write.Bytes + SqliteFile.PageBytes));
            _taken.ForEach(write => write.Complete());
            Recovered();
        }
        catch (Exception reason)
        {
            Rollback();
            Failed(reason);
            _taken.ForEach(write => Fail(write, reason));
        }

        _taken.Clear();
    }

    /// <summary>Runs one write so that its failure leaves the transaction as it was.</summary>
    bool TryWrite(PendingWrite write)
    {
        _session.Execute("SAVEPOINT one");
        try
        {
            write.Write(_session);
            _session.Execute("RELEASE one");
            return true;
        }
        catch (Exception reason) when (_session.InTransaction)
        {
            _session.Execute("ROLLBACK TO one");
            _session.Execute("RELEASE one");
            Fail(write, reason);
            return false;
        }
    }

    static void Fail(PendingWrite write, Exception reason) => write.SetException(
        reason is SqliteException ? new IOException($"The store cannot be written: {reason.Message}", reason) : reason);

    void Begin()
    {
        var started = _time.GetTimestamp();
        int code;
        while ((code = _session.TryExecute("BEGIN IMMEDIATE")) == ResultBusy
            && _time.GetElapsedTime(started) < _options.BusyTimeout)
        {
            _pause.Wait(BusyPause);
        }

        if (code != 0)
        {
            throw _session.Failure(code);
        }
    }

    void Commit()
    {
        if (_session.TryExecute("COMMIT") is var code and not 0)
        {
            throw _session.Failure(code);
        }
    }

    void Rollback()
    {
        if (_session.InTransaction)
        {
            _ = _session.TryExecute("ROLLBACK");
        }
    }

    void Failed(Exception reason)
    {
        _metrics.Failures.Add(1);
        if (!_failing)
        {
            _failing = true;
            LogFailed(reason);
        }
    }

    void Recovered()
    {
        if (_failing)
        {
            _failing = false;
            LogRecovered();
        }
    }

    [LoggerMessage(LogLevel.Error, "The store cannot be written; this is said once until it can.")]
    partial void LogFailed(Exception reason);

    [LoggerMessage(LogLevel.Information, "The store can be written again.")]
    partial void LogRecovered();
}
