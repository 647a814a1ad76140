using System.ComponentModel.DataAnnotations;

namespace Recs.Storage.Postgres;

/// <summary>The store of a cluster: everything durable in the schema <c>recs</c> of one PostgreSQL database.</summary>
/// <remarks>
/// Every write that completed is committed, and so on the disk unless the server was told otherwise. Any number of processes
/// use one database; what only one may write is fenced by epochs.
/// </remarks>
public sealed class PostgresStore : IStore
{
    readonly PostgresConnections _connections;
    readonly StorageMetrics _metrics = new();

    PostgresStore(PostgresConnections connections, PostgresOptions options, int partitions, TimeProvider time)
    {
        _connections = connections;
        EventLog = new PostgresEventLog(connections, options, partitions, _metrics, time);
        Snapshots = new PostgresSnapshots(connections);
        Catalogue = new PostgresCatalogue(connections);
        Viewers = new PostgresViewers(connections);
        Models = new PostgresModels(connections, time);
        Secrets = new PostgresSecrets(connections, time);
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
    public ISecretStore Secrets { get; }

    /// <summary>Opens the store of a database; its owner creates or upgrades it first.</summary>
    /// <param name="options">Where it is, what this process may do, and the limits.</param>
    /// <param name="time">The clock of the log.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    /// <exception cref="StorageRefusedException">The server is not reached, or the schema does not fit; one line says why.</exception>
    public static async Task<PostgresStore> OpenAsync(PostgresOptions options, TimeProvider time, CancellationToken cancel)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        PostgresConnections connections;
        try
        {
            connections = new PostgresConnections(options.ConnectionString);
        }
        catch (ArgumentException reason)
        {
            throw new StorageRefusedException($"The connection string cannot be read: {reason.Message.ReplaceLineEndings(" ")}", reason);
        }

        try
        {
            await PostgresSchema.UpgradeAsync(connections, options.Access, cancel);
            return new PostgresStore(
                connections, options, await PostgresSchema.PartitionsAsync(connections, options, cancel), time);
        }
        catch (IOException reason)
        {
            await connections.DisposeAsync();
            throw reason as StorageRefusedException ?? new StorageRefusedException(reason.Message, reason);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EventLog.DisposeAsync();
        await _connections.DisposeAsync();
        _metrics.Dispose();
    }
}
