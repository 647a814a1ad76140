using Recs.Storage;

namespace Recs.Tests.Storage;

/// <summary>The seven parts of one opened store, whatever holds them.</summary>
public sealed record Stores(
    IEventLog Log,
    ISnapshotStore Snapshots,
    ICatalogueStore Catalogue,
    IViewerStore Viewers,
    IModelStore Models,
    ISecretStore Secrets,
    IDeadLetterStore DeadLetters,
    IAsyncDisposable Whole);
