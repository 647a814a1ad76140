using Recs.Storage;

namespace Recs.Tests.Retention;

/// <summary>A store in memory that can be copied, and that can fail or let something else happen at any one of its calls.</summary>
sealed class MemoryStore : IStore
{
    public MemoryStore(int partitions, TimeProvider time)
        : this(new MemoryLog(partitions, time), new MemorySnapshots(), new MemoryViewers())
    {
    }

    MemoryStore(MemoryLog log, MemorySnapshots snapshots, MemoryViewers viewers)
    {
        (Log, Shards, Positions) = (log, snapshots, viewers);
        (log.Calls, snapshots.Calls, viewers.Calls) = (Calls, Calls, Calls);
    }

    public CallCount Calls { get; } = new();

    public MemoryLog Log { get; }

    public MemorySnapshots Shards { get; }

    public MemoryViewers Positions { get; }

    public IEventLog EventLog => Log;

    public ISnapshotStore Snapshots => Shards;

    public IViewerStore Viewers => Positions;

    public ICatalogueStore Catalogue => throw new NotSupportedException();

    public IModelStore Models => throw new NotSupportedException();

    public IDeadLetterStore DeadLetters => throw new NotSupportedException();

    public ISecretStore Secrets => throw new NotSupportedException();

    public MemoryStore Copy() => new(Log.Copy(), Shards.Copy(), Positions.Copy());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
