using Npgsql;

namespace Recs.Storage.Postgres;

/// <summary>Statements of one transaction.</summary>
sealed class PostgresTransaction(NpgsqlConnection connection, CancellationToken cancel)
{
    /// <summary>Runs a statement.</summary>
    /// <returns>Rows changed.</returns>
    public async Task<int> Execute(string sql, params object?[] values)
    {
        await using var command = PostgresConnections.Command(new NpgsqlCommand(sql, connection), values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Runs a query and returns its first value; null for no row.</summary>
    public async Task<object?> Scalar(string sql, params object?[] values)
    {
        await using var command = PostgresConnections.Command(new NpgsqlCommand(sql, connection), values);
        return await command.ExecuteScalarAsync(cancel) is { } value and not DBNull ? value : null;
    }

    /// <summary>Runs a query.</summary>
    public async Task<List<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var command = PostgresConnections.Command(new NpgsqlCommand(sql, connection), values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        List<T> rows = [];
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
