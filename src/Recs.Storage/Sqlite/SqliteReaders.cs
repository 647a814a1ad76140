using System.Collections.Concurrent;

using Microsoft.Data.Sqlite;

namespace Recs.Storage.Sqlite;

/// <summary>
/// A bounded pool of connections for reading. Readers see the last commit, and neither wait for the writer nor hold it up.
/// </summary>
/// <remarks>A read runs on the caller's thread: microseconds for a row, about a millisecond a megabyte.</remarks>
sealed class SqliteReaders(SqliteOptions options) : IAsyncDisposable
{
    readonly SemaphoreSlim _places = new(options.ReadConnectionsMax);
    readonly ConcurrentBag<SqliteSession> _idle = [];
    bool _closed;

    /// <exception cref="IOException">Storage failed, or the store is closed.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancel)
    {
        await _places.WaitAsync(cancel);
        SqliteSession? session = null;
        try
        {
            if (Volatile.Read(ref _closed))
            {
                throw new IOException("The store is closed.");
            }

            session = _idle.TryTake(out var idle) ? idle : SqliteFile.OpenReader(options);
            var result = read(session);
            _idle.Add(session);
            session = null;
            return result;
        }
        catch (SqliteException reason)
        {
            throw new IOException($"The store cannot be read: {reason.Message}", reason);
        }
        catch (Exception reason) when (reason is InvalidCastException or FormatException or OverflowException or ArgumentException)
        {
            // A value of another type than was written: the file is damaged where no checksum is.
            throw new IOException($"The store cannot be read: a value is damaged. {reason.Message}", reason);
        }
        finally
        {
            session?.Dispose();
            _places.Release();
        }
    }

    /// <summary>Waits for the readers under way and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _closed, true);
        for (var place = 0; place < options.ReadConnectionsMax; place++)
        {
            await _places.WaitAsync();
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _places.Release(options.ReadConnectionsMax);
    }
}
