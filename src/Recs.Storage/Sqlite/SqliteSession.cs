using System.Runtime.InteropServices;

using Microsoft.Data.Sqlite;

using SQLitePCL;

namespace Recs.Storage.Sqlite;

/// <summary>A connection with its prepared statements. Parameters are named $1, $2, ... in the order given.</summary>
/// <remarks>One thread at a time. Failures are <see cref="SqliteException"/>; whoever lends the session translates them.</remarks>
sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Runs a statement; returns the number of rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null when there is no row or it holds null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>Every row, mapped.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>Hands rows to a visitor until it returns false.</summary>
    public void Visit(string sql, Func<SqliteDataReader, bool> visit, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read() && visit(reader))
        {
        }
    }

    /// <summary>Runs a script once.</summary>
    public void Run(string script)
    {
        if (TryExecute(script) is var code and not 0)
        {
            throw Failure(code);
        }
    }

    /// <summary>Runs a statement once, without waiting for other processes and without keeping it.</summary>
    /// <returns>SQLite's result code; 0 is success.</returns>
    public int TryExecute(string sql) => raw.sqlite3_exec(connection.Handle, sql);

    /// <summary>Reads in a transaction, which sees the store as of one moment.</summary>
    public T Snapshot<T>(Func<SqliteSession, T> read)
    {
        Execute("BEGIN");
        try
        {
            return read(this);
        }
        finally
        {
            Execute("COMMIT");
        }
    }

    /// <summary>The failure that SQLite reported last on this connection.</summary>
    public SqliteException Failure(int code) =>
        new(raw.sqlite3_errmsg(connection.Handle).utf8_to_string(), code & 0xFF, code);

    /// <summary>An array with these bytes: the array behind them when they fill it, a copy otherwise.</summary>
    public static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array
        && segment.Offset == 0 && segment.Count == array.Length
            ? array
            : memory.ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var index = 1; index <= values.Length; index++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${index}" });
            }

            _commands.Add(sql, command);
        }

        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }

        return command;
    }
}
