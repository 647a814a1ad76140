using System.Net.Sockets;

using Npgsql;

namespace Recs.Storage.Postgres;

/// <summary>Connections to the server, and what becomes of its failures: every one surfaces as an <see cref="IOException"/>.</summary>
sealed class PostgresConnections : IAsyncDisposable
{
    const int ConnectSeconds = 5;
    const int CommandSeconds = 15;
    const int StatementsPrepared = 64;

    readonly NpgsqlDataSource _source;

    public PostgresConnections(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.ApplicationName ??= "recs";
        settings.MaxAutoPrepare = settings.MaxAutoPrepare == 0 ? StatementsPrepared : settings.MaxAutoPrepare;
        settings.AutoPrepareMinUsages = 2;
        if (!settings.ShouldSerialize("Timeout"))
        {
            settings.Timeout = ConnectSeconds;
        }

        if (!settings.ShouldSerialize("Command Timeout"))
        {
            settings.CommandTimeout = CommandSeconds;
        }

        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    /// <summary>Runs one statement.</summary>
    /// <returns>Rows changed.</returns>
    public ValueTask<int> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values) => Guard(async () =>
    {
        await using var command = Command(_source.CreateCommand(sql), values);
        return await command.ExecuteNonQueryAsync(cancel);
    });

    /// <summary>Runs one statement and returns its first value; null for no row or a null.</summary>
    public ValueTask<object?> ScalarAsync(string sql, CancellationToken cancel, params object?[] values) => Guard(async () =>
    {
        await using var command = Command(_source.CreateCommand(sql), values);
        return await command.ExecuteScalarAsync(cancel) is { } value and not DBNull ? value : null;
    });

    /// <summary>Runs one query.</summary>
    public ValueTask<List<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params object?[] values) => Guard(async () =>
    {
        await using var command = Command(_source.CreateCommand(sql), values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        List<T> rows = [];
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(read(reader));
        }

        return rows;
    });

    /// <summary>Runs several statements in one transaction; what it throws, and false as the result, undo everything.</summary>
    public ValueTask<bool> TransactAsync(Func<PostgresTransaction, Task<bool>> work, CancellationToken cancel) => Guard(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var isDone = await work(new PostgresTransaction(connection, cancel));
        if (isDone)
        {
            // Given up here it would be unknown whether it happened.
            await transaction.CommitAsync(CancellationToken.None);
        }

        return isDone;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    internal static NpgsqlCommand Command(NpgsqlCommand command, object?[] values)
    {
        foreach (var value in values)
        {
            _ = command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    static async ValueTask<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception reason) when (reason is NpgsqlException or SocketException or TimeoutException or ObjectDisposedException)
        {
            throw new IOException($"PostgreSQL: {reason.Message.ReplaceLineEndings(" ")}", reason);
        }
    }
}
