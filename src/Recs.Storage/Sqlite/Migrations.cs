using System.Globalization;

namespace Recs.Storage.Sqlite;

/// <summary>The numbered scripts of <c>schema/sql/sqlite</c>, which are embedded in this assembly.</summary>
static class Migrations
{
    const string Folder = "sqlite/";

    static readonly Migration[] All =
    [
        .. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => new Migration(Number(name), name))
            .OrderBy(migration => migration.Number),
    ];

    /// <summary>The schema this program needs.</summary>
    public static int Newest => All[^1].Number;

    /// <summary>What a file of some schema lacks, in order.</summary>
    public static IEnumerable<Migration> After(int version) => All.Where(migration => migration.Number > version);

    static int Number(string name) =>
        int.Parse(name.AsSpan(Folder.Length, name.IndexOf('_', StringComparison.Ordinal) - Folder.Length), CultureInfo.InvariantCulture);
}
