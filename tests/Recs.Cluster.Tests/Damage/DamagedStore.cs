using Microsoft.Data.Sqlite;

namespace Recs.Cluster.Tests.Damage;

/// <summary>Damages a copy of a store in one place, chosen by a seed.</summary>
static class DamagedStore
{
    /// <summary>What can be damaged. Of the first five it is known that something durable is not what was written.</summary>
    public static readonly string[] Kinds = ["row", "page", "position", "model", "time", "file", "wal", "wal cut", "file cut", "file emptied"];

    /// <summary>Whether a kind changes bytes that certainly had been written and are read by a start.</summary>
    public static bool IsCertain(string kind) => kind is "row" or "page" or "position" or "model";

    /// <summary>Damages it.</summary>
    /// <returns>What and where, for the report.</returns>
    public static string Do(string folder, string kind, Random random) => kind switch
    {
        "row" => Blob(folder, "log_row", "1", random),
        "page" => Blob(folder, "shard_page", "shard_id IN (SELECT id FROM shard WHERE kind IN ('edges', 'items'))", random),
        "model" => Blob(folder, "model_chunk", "version = (SELECT version FROM active_model)", random),
        "position" => Number(folder, "shard_position", "offset", random, "offset > 0 AND shard_id IN (SELECT id FROM shard WHERE kind NOT LIKE 'base-%')"),
        "time" => Number(folder, "log_row", "at", random, "1"),
        "file" => Flip(Path.Combine(folder, "recs.db"), random),
        "wal" => Flip(Path.Combine(folder, "recs.db-wal"), random),
        "wal cut" => Cut(Path.Combine(folder, "recs.db-wal"), random.NextDouble()),
        "file cut" => Cut(Path.Combine(folder, "recs.db"), random.NextDouble()),
        _ => Cut(Path.Combine(folder, "recs.db"), 0),
    };

    static string Blob(string folder, string table, string where, Random random) => Change(folder, table, where, random, "payload", value =>
    {
        var bytes = (byte[])value;
        var at = random.Next(bytes.Length);
        bytes[at] ^= (byte)(1 << random.Next(8));
        return (bytes, $"byte {at} of {bytes.Length}");
    });

    static string Number(string folder, string table, string column, Random random, string where) => Change(folder, table, where, random, column, value =>
    {
        var bit = random.Next(8);
        return ((long)value ^ (1L << bit), $"bit {bit} of {value}");
    });

    static string Change(string folder, string table, string where, Random random, string column, Func<object, (object Value, string What)> change)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "recs.db")};Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = $"SELECT count(*) FROM {table} WHERE {where}";
        var index = random.NextInt64((long)count.ExecuteScalar()!);
        using var find = connection.CreateCommand();
        var key = table switch
        {
            "log_row" => "position",
            "shard_page" => "shard_id * 1000000 + page",
            "shard_position" => "shard_id * 1000000 + partition",
            _ => "version * 1000000 + chunk",
        };
        find.CommandText = $"SELECT {key}, {column} FROM {table} WHERE {where} ORDER BY 1 LIMIT 1 OFFSET {index}";
        using var row = find.ExecuteReader();
        row.Read();
        var (at, (value, what)) = (row.GetInt64(0), change(row.GetValue(1)));
        using var update = connection.CreateCommand();
        update.CommandText = $"UPDATE {table} SET {column} = $value WHERE {key} = {at}";
        update.Parameters.AddWithValue("$value", value);
        update.ExecuteNonQuery();
        return $"{table} {at}, {what}";
    }

    static string Flip(string file, Random random)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var at = random.NextInt64(stream.Length);
        stream.Position = at;
        var value = stream.ReadByte() ^ (1 << random.Next(8));
        stream.Position = at;
        stream.WriteByte((byte)value);
        return $"{Path.GetFileName(file)}, byte {at} of {stream.Length}";
    }

    static string Cut(string file, double share)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var length = (long)(share * stream.Length);
        var what = $"{Path.GetFileName(file)}, cut to {length} of {stream.Length}";
        stream.SetLength(length);
        return what;
    }
}
