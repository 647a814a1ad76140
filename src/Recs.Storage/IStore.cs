namespace Recs.Storage;

/// <summary>Everything durable of a cluster, whatever holds it.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>The log of feedback. Disposing of it makes what waits durable and closes it; the rest of the store stays.</summary>
    IEventLog EventLog { get; }

    /// <summary>State of the learning shards.</summary>
    ISnapshotStore Snapshots { get; }

    /// <summary>Items.</summary>
    ICatalogueStore Catalogue { get; }

    /// <summary>Viewers.</summary>
    IViewerStore Viewers { get; }

    /// <summary>Models.</summary>
    IModelStore Models { get; }

    /// <summary>What came through the log's topic and could not be taken.</summary>
    IDeadLetterStore DeadLetters { get; }

    /// <summary>Keys of decision tokens.</summary>
    ISecretStore Secrets { get; }
}
