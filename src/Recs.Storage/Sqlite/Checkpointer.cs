using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Recs.Storage.Sqlite;

/// <summary>
/// Copies the write-ahead log into the file on a thread and a connection of its own, while the writer goes on writing.
/// What came meanwhile is then copied by the writer itself, which is little; after that SQLite starts the log anew.
/// </summary>
sealed partial class Checkpointer : IDisposable
{
    readonly SqliteSession _session;
    readonly int _bytesMax;
    readonly ILogger _logger;
    readonly AutoResetEvent _wake = new(initialState: false);
    readonly Thread _thread;
    long _written;
    bool _closing;
    bool _remainder;

    public Checkpointer(SqliteSession session, SqliteOptions options, ILogger logger)
    {
        (_session, _bytesMax, _logger) = (session, options.CheckpointBytes, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "recs-storage-checkpoint" };
        _thread.Start();
    }

    /// <summary>The writer has committed about so many bytes.</summary>
    public void Written(long bytes)
    {
        _written += bytes;
        if (_written >= _bytesMax)
        {
            _written = 0;
            _wake.Set();
        }
    }

    /// <summary>Whether the writer's part of a checkpoint is due; true once for each.</summary>
    public bool TakeRemainder() => Volatile.Read(ref _remainder) && Interlocked.Exchange(ref _remainder, false);

    /// <summary>Copies what can be copied without waiting for anybody.</summary>
    /// <returns>SQLite's result code. A failure loses nothing: everything stays in the write-ahead log.</returns>
    public static int Copy(SqliteSession session) => session.TryExecute("PRAGMA wal_checkpoint(PASSIVE)");

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _closing, true);
        _wake.Set();
        _thread.Join();
        _session.Dispose();
        _wake.Dispose();
    }

    void Run()
    {
        while (_wake.WaitOne() && !Volatile.Read(ref _closing))
        {
            if (Copy(_session) is var code and not 0)
            {
                LogNotCopied(_session.Failure(code));
            }

            Volatile.Write(ref _remainder, true);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The write-ahead log could not be copied into the store; it grows until it can.")]
    partial void LogNotCopied(SqliteException reason);
}
