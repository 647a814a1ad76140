using System.Globalization;

namespace Recs.Storage;

/// <summary>The numbered scripts of one kind of store, from a folder of <c>schema/sql</c>; embedded in this assembly.</summary>
sealed class Migrations
{
    public static readonly Migrations Sqlite = new("sqlite/");
    public static readonly Migrations Postgres = new("postgres/");

    readonly Migration[] _all;

    Migrations(string folder) => _all =
    [
        .. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => new Migration(Number(name.AsSpan(folder.Length)), name))
            .OrderBy(migration => migration.Number),
    ];

    /// <summary>The schema this program needs.</summary>
    public int Newest => _all[^1].Number;

    /// <summary>What a store of some schema lacks, in order.</summary>
    public IEnumerable<Migration> After(int version) => _all.Where(migration => migration.Number > version);

    static int Number(ReadOnlySpan<char> script) => int.Parse(script[..script.IndexOf('_')], CultureInfo.InvariantCulture);
}
