using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Recs.Storage.Postgres;

/// <summary>The store of a cluster: everything durable in schema <c>recs</c> of one PostgreSQL database (15 or later).</summary>
/// <remarks>
/// Any number of processes may open one database. Every write that completed is as durable as the server makes its commits:
/// a warning is logged when its settings confirm them early. Appends have connections of their own, so that no other work
/// holds them up. A server that went away and is back is used again.
/// </remarks>
public sealed partial class PostgresStore : IStore
{
    /// <summary>Name of the meter: group commits, refused appends, failed transactions.</summary>
    public const string MeterName = StorageMetrics.MeterName;

    readonly PostgresDatabase _appending;
    readonly PostgresDatabase _database;
    readonly StorageMetrics _metrics;
    readonly PostgresEventLog _log;
    bool _disposed;

    PostgresStore(
        PostgresOptions options,
        int partitions,
        PostgresDatabase appending,
        PostgresDatabase database,
        StorageMetrics metrics,
        TimeProvider time)
    {
        (_appending, _database, _metrics) = (appending, database, metrics);
        _log = new PostgresEventLog(partitions, appending, database, options, metrics, time);
        Snapshots = new PostgresSnapshots(database);
        Catalogue = new PostgresCatalogue(database);
        Viewers = new PostgresViewers(database);
        Models = new PostgresModels(database, time);
        DeadLetters = new PostgresDeadLetters(database);
        Secrets = new PostgresSecrets(database, time);
    }

    /// <inheritdoc/>
    public IEventLog EventLog => _log;

    /// <inheritdoc/>
    public ISnapshotStore Snapshots { get; }

    /// <inheritdoc/>
    public ICatalogueStore Catalogue { get; }

    /// <inheritdoc/>
    public IViewerStore Viewers { get; }

    /// <inheritdoc/>
    public IModelStore Models { get; }

    /// <inheritdoc/>
    public IDeadLetterStore DeadLetters { get; }

    /// <inheritdoc/>
    public ISecretStore Secrets { get; }

    /// <summary>Opens the store of a database; the first of its owners creates or upgrades it.</summary>
    /// <param name="options">Where it is, and the limits.</param>
    /// <param name="time">The clock of the log and of its polling.</param>
    /// <param name="logger">Hears of a server that fails and recovers.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="StorageRefusedException">
    /// The connection string is malformed, the server cannot be reached or does not let us in, or the schema is newer than
    /// this program. The message never has the password.
    /// </exception>
    public static async Task<PostgresStore> OpenAsync(
        PostgresOptions options, TimeProvider time, ILogger? logger, CancellationToken cancel)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        logger ??= NullLogger.Instance;
        var metrics = new StorageMetrics();
        List<IAsyncDisposable> opened = [];
        try
        {
            var appending = new PostgresDatabase(options, options.AppendConnectionsMax, metrics, logger);
            opened.Add(appending);
            var database = new PostgresDatabase(options, options.ConnectionsMax, metrics, logger);
            opened.Add(database);
            var partitions = options.Access == StorageAccess.Owner
                ? await PostgresSchema.UpgradeAsync(database, options.Partitions, cancel)
                : await PostgresSchema.CheckAsync(database, cancel);
            if (!await PostgresSchema.IsDurableAsync(database, cancel))
            {
                LogConfirmsEarly(logger, database.Name);
            }

            var store = new PostgresStore(options, partitions, appending, database, metrics, time);
            await store._log.FindTailsAsync(cancel);
            return store;
        }
        catch (Exception reason)
        {
            foreach (var database in opened)
            {
                await database.DisposeAsync();
            }

            metrics.Dispose();
            if (reason is IOException and not StorageRefusedException)
            {
                throw new StorageRefusedException(reason.Message, reason.InnerException);
            }

            throw;
        }
    }

    /// <summary>Makes what waits for the log durable and closes the connections. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _log.DisposeAsync();
        await _appending.DisposeAsync();
        await _database.DisposeAsync();
        _metrics.Dispose();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "PostgreSQL at {Name} confirms commits before they are on its disk (fsync or synchronous_commit is off): a crash loses feedback.")]
    static partial void LogConfirmsEarly(ILogger logger, string name);
}
