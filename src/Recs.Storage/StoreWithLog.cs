namespace Recs.Storage;

/// <summary>A store whose log is somewhere else. Owns both.</summary>
public sealed class StoreWithLog(IStore store, IEventLog log) : IStore
{
    /// <inheritdoc/>
    public IEventLog EventLog => log;

    /// <inheritdoc/>
    public ISnapshotStore Snapshots => store.Snapshots;

    /// <inheritdoc/>
    public ICatalogueStore Catalogue => store.Catalogue;

    /// <inheritdoc/>
    public IViewerStore Viewers => store.Viewers;

    /// <inheritdoc/>
    public IModelStore Models => store.Models;

    /// <inheritdoc/>
    public IDeadLetterStore DeadLetters => store.DeadLetters;

    /// <inheritdoc/>
    public ISecretStore Secrets => store.Secrets;

    /// <summary>Closes the log, then the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await store.DisposeAsync();
    }
}
