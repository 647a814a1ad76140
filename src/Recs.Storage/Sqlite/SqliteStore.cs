using System.ComponentModel.DataAnnotations;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Recs.Storage.Sqlite;

/// <summary>The embedded store: everything durable in one file, <c>recs.db</c>, of one data folder.</summary>
/// <remarks>
/// One thread writes (<see cref="SqliteWriter"/>), a pool of connections reads, a third party copies the write-ahead log
/// into the file. Every write that completed is on the disk (<c>synchronous=FULL</c>).
/// </remarks>
public sealed class SqliteStore : IStore
{
    /// <summary>Name of the meter: group commits, refused appends, failed transactions.</summary>
    public const string MeterName = StorageMetrics.MeterName;

    readonly SqliteReaders _readers;
    readonly SqliteWriter? _writer;
    readonly Checkpointer? _checkpointer;
    readonly StorageMetrics _metrics;
    readonly FileStream? _lock;
    readonly AcknowledgedOffsets? _acknowledged;
    bool _disposed;

    SqliteStore(
        SqliteOptions options, int partitions, SqliteSession? session, FileStream? folderLock, TimeProvider time, ILogger logger)
    {
        _lock = folderLock;
        _metrics = new StorageMetrics();
        _readers = new SqliteReaders(options);
        LogAppender? appender = null;
        if (session is not null)
        {
            if (options.Access == StorageAccess.Owner)
            {
                appender = new LogAppender(options, partitions, time);
                appender.FindTails(session);
                LogLoss.Check(session, options, appender.Tails);
                _acknowledged = new AcknowledgedOffsets(options.Path, appender.Tails, time, logger);
            }

            _checkpointer = new Checkpointer(SqliteFile.OpenWriter(options), options, logger);
            _writer = new SqliteWriter(session, options, appender, _checkpointer, _metrics, time, logger);
        }

        var owner = options.Access == StorageAccess.Owner ? _writer : null;
        EventLog = new SqliteEventLog(partitions, _readers, options, _metrics, time, appender, _writer);
        Snapshots = new SqliteSnapshots(_readers, _writer);
        Catalogue = new SqliteCatalogue(_readers, owner);
        Viewers = new SqliteViewers(_readers, owner);
        Models = new SqliteModels(_readers, _writer, options, time);
        DeadLetters = new SqliteDeadLetters(_readers, owner);
        Secrets = new SqliteSecrets(_readers, owner, time);
    }

    /// <inheritdoc/>
    public IEventLog EventLog { get; }

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

    /// <summary>Opens the store of a data folder; its owner creates or upgrades it first.</summary>
    /// <param name="options">Where it is, what this process may do, and the limits.</param>
    /// <param name="time">The clock of the log.</param>
    /// <param name="logger">Hears of writes that fail and recover.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="StorageRefusedException">
    /// The folder is in use by another owner, the file is missing, damaged, not ours, of a newer schema, has another number of
    /// partitions, or ends before what was acknowledged.
    /// </exception>
    public static async Task<SqliteStore> OpenAsync(
        SqliteOptions options, TimeProvider time, ILogger? logger, CancellationToken cancel)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        FileStream? folderLock = null;
        SqliteSession? session = null;
        try
        {
            int partitions;
            if (options.Access == StorageAccess.Owner)
            {
                folderLock = SqliteFile.Create(options);
                session = SqliteFile.OpenWriter(options);
                partitions = await SqliteFile.UpgradeAsync(session, options, cancel);
            }
            else
            {
                partitions = SqliteFile.RequireCurrent(options);
                session = options.Access == StorageAccess.Trainer ? SqliteFile.OpenWriter(options) : null;
            }

            return new SqliteStore(options, partitions, session, folderLock, time, logger ?? NullLogger.Instance);
        }
        catch (Exception reason)
        {
            session?.Dispose();
            if (folderLock is not null)
            {
                await folderLock.DisposeAsync();
            }

            throw reason is SqliteException or UnauthorizedAccessException || (reason is IOException and not StorageRefusedException)
                ? new StorageRefusedException($"{options.FilePath} cannot be used: {reason.Message}", reason)
                : reason;
        }
    }

    /// <summary>Makes what waits durable, closes the file and lets go of the folder. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await EventLog.DisposeAsync();
        _acknowledged?.Dispose();

        // A connection that writes is the last to close: it empties the write-ahead log.
        await _readers.DisposeAsync();
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        _checkpointer?.Dispose();
        _metrics.Dispose();
        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }
    }
}
