using System.Globalization;

using Microsoft.Data.Sqlite;

namespace Recs.Storage.Sqlite;

/// <summary>Creates, checks and opens the file, and brings its schema up to date.</summary>
static class SqliteFile
{
    /// <summary>Size of a database page. Twice SQLite's default: most rows are blobs of a kilobyte and more.</summary>
    public const int PageBytes = 8192;

    // "Recs" in ASCII, in the file's header: tells our files from others of SQLite.
    const int ApplicationId = 0x52656373;
    const uint PagesMax = 0xFFFFFFFE;
    const int WriterCacheKib = 16 * 1024;
    const int ReaderCacheKib = 2 * 1024;

    /// <summary>Makes the folder and an empty file, both for the user alone where the platform knows users.</summary>
    /// <returns>The lock on the folder.</returns>
    /// <exception cref="StorageRefusedException">Another process owns the folder.</exception>
    public static FileStream Create(SqliteOptions options)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(options.Path);
            return FolderLock.Take(options.Path);
        }

        Directory.CreateDirectory(options.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var folderLock = FolderLock.Take(options.Path);
        if (!File.Exists(options.FilePath))
        {
            // SQLite gives its side files the permissions of this one.
            new FileStream(options.FilePath, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }

        return folderLock;
    }

    /// <summary>Opens a connection that writes. Every commit is on the disk when it returns.</summary>
    public static SqliteSession OpenWriter(SqliteOptions options) => Open(
        options,
        options.Access == StorageAccess.Owner ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        WriterCacheKib,
        [
            $"PRAGMA page_size = {PageBytes}",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",

            // Checkpoints belong to the checkpointer; this one is for the case that it cannot keep up.
            $"PRAGMA wal_autocheckpoint = {16L * options.CheckpointBytes / PageBytes}",
            $"PRAGMA journal_size_limit = {4L * options.CheckpointBytes}",
            $"PRAGMA max_page_count = {(options.FileBytesMax > 0 ? Math.Max(1, options.FileBytesMax / PageBytes) : PagesMax)}",
        ]);

    /// <summary>Opens a connection that only reads.</summary>
    public static SqliteSession OpenReader(SqliteOptions options) =>
        Open(options, SqliteOpenMode.ReadOnly, ReaderCacheKib, ["PRAGMA query_only = ON"]);

    /// <summary>Brings the schema of the owner's file up to date and fixes its number of partitions.</summary>
    /// <returns>The number of partitions.</returns>
    public static async Task<int> UpgradeAsync(SqliteSession session, SqliteOptions options, CancellationToken cancel)
    {
        var version = Check(session, options);
        foreach (var migration in Migrations.Sqlite.After(version))
        {
            var script = await migration.ReadAsync(cancel);
            session.Run("BEGIN IMMEDIATE");
            try
            {
                session.Run(script);
                session.Run($"PRAGMA application_id = {ApplicationId}");
                session.Run($"PRAGMA user_version = {migration.Number}");
                session.Run("COMMIT");
            }
            finally
            {
                if (session.InTransaction)
                {
                    session.Run("ROLLBACK");
                }
            }
        }

        session.Execute(
            "INSERT INTO store (key, value) VALUES ('partitions', $1) ON CONFLICT DO NOTHING", options.Partitions);
        var partitions = Partitions(session);
        return partitions == options.Partitions
            ? partitions
            : throw new StorageRefusedException(
                $"{options.FilePath} has {partitions} log partitions, and the settings ask for {options.Partitions}; the number cannot change.");
    }

    /// <summary>Checks that a file someone else owns can be used as it is.</summary>
    /// <returns>The number of partitions.</returns>
    public static int RequireCurrent(SqliteOptions options)
    {
        if (!File.Exists(options.FilePath))
        {
            throw new StorageRefusedException($"There is no store at {options.FilePath}.");
        }

        using var session = OpenReader(options);
        var version = Check(session, options);
        return version == Migrations.Sqlite.Newest
            ? Partitions(session)
            : throw new StorageRefusedException(
                $"{options.FilePath} has schema {version} and this program needs {Migrations.Sqlite.Newest}: start the silo once to upgrade it.");
    }

    static SqliteSession Open(SqliteOptions options, SqliteOpenMode mode, int cacheKib, ReadOnlySpan<string> settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.FilePath,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        }.ToString());
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();

            // No memory mapping: a disk error must be an exception, not a signal that ends the process.
            session.Run("PRAGMA mmap_size = 0");
            session.Run($"PRAGMA cache_size = {-cacheKib}");
            session.Run($"PRAGMA busy_timeout = {(int)options.BusyTimeout.TotalMilliseconds}");
            foreach (var setting in settings)
            {
                session.Run(setting);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    static int Check(SqliteSession session, SqliteOptions options)
    {
        var version = Convert.ToInt32(session.Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        var application = Convert.ToInt32(session.Scalar("PRAGMA application_id"), CultureInfo.InvariantCulture);
        var isEmpty = session.Scalar("SELECT 1 FROM sqlite_master LIMIT 1") is null;
        if (application != ApplicationId && !(isEmpty && version == 0))
        {
            throw new StorageRefusedException($"{options.FilePath} is a database, but not one of Recs.");
        }

        return version <= Migrations.Sqlite.Newest
            ? version
            : throw new StorageRefusedException(
                $"{options.FilePath} has schema {version} and this program knows {Migrations.Sqlite.Newest} at most: use a newer version of Recs.");
    }

    static int Partitions(SqliteSession session) =>
        Convert.ToInt32(session.Scalar("SELECT value FROM store WHERE key = 'partitions'"), CultureInfo.InvariantCulture);
}
