using System.Globalization;

namespace Recs.Storage;

/// <summary>The numbered scripts of a folder of <c>schema/sql</c>, which are embedded in this assembly.</summary>
sealed class Migrations
{
    readonly Migration[] _all;

    Migrations(string folder) => _all =
    [
        .. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => new Migration(Number(name, folder.Length), name))
            .OrderBy(migration => migration.Number),
    ];

    /// <summary>Those of the embedded store.</summary>
    public static Migrations Sqlite { get; } = new("sqlite/");

    /// <summary>Those of PostgreSQL.</summary>
    public static Migrations Postgres { get; } = new("postgres/");

    /// <summary>The schema this program needs.</summary>
    public int Newest => _all[^1].Number;

    /// <summary>What a store of some schema lacks, in order.</summary>
    public IEnumerable<Migration> After(int version) => _all.Where(migration => migration.Number > version);

    static int Number(string name, int start) =>
        int.Parse(name.AsSpan(start, name.IndexOf('_', StringComparison.Ordinal) - start), CultureInfo.InvariantCulture);
}
