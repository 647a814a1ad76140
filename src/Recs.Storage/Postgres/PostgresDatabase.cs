using System.Data;
using System.Globalization;
using System.Net.Sockets;

using Microsoft.Extensions.Logging;

using Npgsql;

namespace Recs.Storage.Postgres;

/// <summary>A bounded pool of connections to one database, and the one place where its failures become ours.</summary>
/// <remarks>A connection that broke is dropped with the idle ones, so a server that is back is used again.</remarks>
sealed partial class PostgresDatabase : IAsyncDisposable
{
    readonly NpgsqlDataSource _connections;
    readonly StorageMetrics _metrics;
    readonly ILogger _logger;
    readonly bool _prepares;
    int _failing;

    /// <param name="options">Server, database and limits.</param>
    /// <param name="connectionsMax">Most connections; beyond it callers wait as long as for a connection to be made.</param>
    /// <param name="metrics">Counts failures.</param>
    /// <param name="logger">Hears of the first failure and of the recovery.</param>
    /// <exception cref="StorageRefusedException">The connection string is malformed.</exception>
    public PostgresDatabase(PostgresOptions options, int connectionsMax, StorageMetrics metrics, ILogger logger)
    {
        (_metrics, _logger, _prepares) = (metrics, logger, options.PreparedStatementsMax > 0);
        (_connections, Name) = TryBuild(options, connectionsMax) ?? throw new StorageRefusedException(
            "The connection string of PostgreSQL is not valid: the form is Host=...;Username=...;Password=...;Database=...");
    }

    /// <summary>Server and database, for messages: never the user or the password.</summary>
    public string Name { get; }

    /// <summary>Runs statements on a connection of the pool.</summary>
    /// <param name="run">What to do. It leaves no transaction behind.</param>
    /// <param name="cancel">Gives up the wait for a connection; <paramref name="run"/> decides what else.</param>
    /// <exception cref="IOException">Storage failed, or the store is closed.</exception>
    public async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancel)
    {
        try
        {
            await using var connection = await _connections.OpenConnectionAsync(cancel);
            var result = await run(connection);
            Recovered();
            return result;
        }
        catch (ObjectDisposedException reason)
        {
            throw new IOException("The store is closed.", reason);
        }
        catch (Exception reason) when (reason is NpgsqlException or SocketException or TimeoutException
            || (reason is IOException && reason.GetType() != typeof(IOException)))
        {
            Failed(reason);
            throw new IOException($"PostgreSQL at {Name} failed: {OneLine(reason)}", reason);
        }
    }

    /// <summary>
    /// Runs statements that only read. They are repeated once when their connection had been broken while it was idle, as
    /// after a restart of the server: a write is not, for nobody could say whether it had been done.
    /// </summary>
    /// <exception cref="IOException">Storage failed, or the store is closed.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancel)
    {
        var opened = false;
        try
        {
            return await RunAsync(
                connection =>
                {
                    opened = true;
                    return read(connection);
                },
                cancel);
        }
        catch (IOException reason) when (opened && IsBreak(reason.InnerException))
        {
            return await RunAsync(read, cancel);
        }
    }

    /// <summary>Runs statements in a transaction that is durable when complete, and undone when <paramref name="run"/> fails.</summary>
    /// <exception cref="IOException">Storage failed, or the store is closed.</exception>
    public ValueTask<T> TransactAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancel) =>
        RunAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
                var result = await run(connection);

                // From here on giving up would leave open whether it was written.
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            },
            cancel);

    /// <summary>Runs a statement with large values, in a transaction that holds locks; returns how many rows it changed.</summary>
    /// <remarks>
    /// It is prepared beforehand, once for a connection. The server measures the pauses of a transaction until the first
    /// message of a statement has arrived whole: that must be the one with the values.
    /// </remarks>
    public async Task<int> ExecuteLargeAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancel, params NpgsqlParameter[] values)
    {
        await using var command = connection.Statement(sql, values);
        if (_prepares)
        {
            await command.PrepareAsync(cancel);
        }

        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>What went wrong, without line breaks and without the values involved.</summary>
    public static string OneLine(Exception reason)
    {
        var text = reason is PostgresException answer ? $"{answer.MessageText} ({answer.SqlState})" : reason.Message;
        return text.ReplaceLineEndings(" ");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    /// <summary>Null when the string is malformed; why is not told, for that may quote a part of the password.</summary>
    static (NpgsqlDataSource, string)? TryBuild(PostgresOptions options, int connectionsMax)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                ApplicationName = "recs",
                AutoPrepareMinUsages = 2,
                CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds),
                IncludeErrorDetail = false,
                MaxAutoPrepare = options.PreparedStatementsMax,
                MaxPoolSize = connectionsMax,
                MinPoolSize = 0,
                NoResetOnClose = true,
                PersistSecurityInfo = false,
            };
            var name = $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
            var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            var pauseMax = string.Create(
                CultureInfo.InvariantCulture,
                $"SET idle_in_transaction_session_timeout = {(int)options.TransactionPauseMax.TotalMilliseconds}");
            builder.UsePhysicalConnectionInitializer(
                connection => throw new NotSupportedException("Connections are opened asynchronously."),
                connection => connection.ExecuteAsync(pauseMax, CancellationToken.None));
            return (builder.Build(), name);
        }
        catch (Exception reason) when (reason is ArgumentException or FormatException or InvalidOperationException
            or NotSupportedException or OverflowException)
        {
            return null;
        }
    }

    void Failed(Exception reason)
    {
        _metrics.Failures.Add(1);
        if (!IsRefusal(reason) && Interlocked.Exchange(ref _failing, 1) == 0)
        {
            LogFailed(Name, reason);
        }
    }

    void Recovered()
    {
        if (Volatile.Read(ref _failing) != 0 && Interlocked.Exchange(ref _failing, 0) != 0)
        {
            LogRecovered(Name);
        }
    }

    // Classes 22, 23 and 42: the statement or its data was wrong, the server is well.
    static bool IsRefusal(Exception reason) => reason is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '2', ..] };

    static bool IsBreak(Exception? reason) => reason is PostgresException answer
        ? answer.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
        : reason is NpgsqlException { InnerException: IOException or SocketException };

    [LoggerMessage(LogLevel.Error, "PostgreSQL at {Name} cannot be used; this is said once until it can.")]
    partial void LogFailed(string name, Exception reason);

    [LoggerMessage(LogLevel.Information, "PostgreSQL at {Name} can be used again.")]
    partial void LogRecovered(string name);
}
