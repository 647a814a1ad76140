using Npgsql;

using NpgsqlTypes;

namespace Recs.Storage.Postgres;

/// <summary>Short forms of Npgsql for statements whose parameters are $1, $2, ... and typed by their values.</summary>
static class PostgresStatement
{
    /// <summary>A statement to run on its own; the caller disposes of it.</summary>
    public static NpgsqlCommand Statement(this NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
#pragma warning disable CA2100 // Statements are constants of this project; values are parameters.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        return command;
    }

    /// <summary>Adds a statement to those that travel together.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
#pragma warning disable CA2100 // Statements are constants of this project; values are parameters.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancel, params NpgsqlParameter[] values)
    {
        await using var command = connection.Statement(sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The first column of the first row; null when there is no row or no value.</summary>
    public static async Task<object?> ScalarAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancel, params NpgsqlParameter[] values)
    {
        await using var command = connection.Statement(sql, values);
        return await command.ExecuteScalarAsync(cancel) is { } value and not DBNull ? value : null;
    }

    /// <summary>Every row, in order.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancel,
        params NpgsqlParameter[] values)
    {
        await using var command = connection.Statement(sql, values);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        return await rows.AllAsync(read, cancel);
    }

    /// <summary>Every row of the result at hand, in order.</summary>
    public static async Task<List<T>> AllAsync<T>(
        this NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        List<T> all = [];
        while (await rows.ReadAsync(cancel))
        {
            all.Add(read(rows));
        }

        return all;
    }

    public static NpgsqlParameter Of(int value) => new NpgsqlParameter<int> { TypedValue = value };

    public static NpgsqlParameter Of(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlParameter Of(double value) => new NpgsqlParameter<double> { TypedValue = value };

    public static NpgsqlParameter Of(string value) => new NpgsqlParameter<string> { TypedValue = value };

    public static NpgsqlParameter Of(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value };

    public static NpgsqlParameter Of(ReadOnlyMemory<byte> value) =>
        new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter Of(long? value) =>
        new() { Value = value is { } known ? known : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Of(int[] values) => new NpgsqlParameter<int[]> { TypedValue = values };

    public static NpgsqlParameter Of(long[] values) => new NpgsqlParameter<long[]> { TypedValue = values };

    public static NpgsqlParameter Of(bool[] values) => new NpgsqlParameter<bool[]> { TypedValue = values };

    public static NpgsqlParameter Of(string[] values) => new NpgsqlParameter<string[]> { TypedValue = values };

    public static NpgsqlParameter Of(Guid[] values) => new NpgsqlParameter<Guid[]> { TypedValue = values };

    public static NpgsqlParameter Of(ReadOnlyMemory<byte>[] values) =>
        new NpgsqlParameter<ReadOnlyMemory<byte>[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
}
