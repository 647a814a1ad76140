using Recs.Grains.Replication;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>The statistics of a shard, apart from how they are made durable.</summary>
/// <remarks>Used by one grain at a time; every call is synchronous.</remarks>
public interface IShardStatistics : IFeedSource
{
    /// <summary>Replaces everything by the pages of a snapshot.</summary>
    void Restore(IReadOnlyList<Page> pages);

    /// <summary>Adds a block of raw updates in place.</summary>
    void Add(ReadOnlySpan<byte> updates);

    /// <summary>Encodes the pages that changed since the last call.</summary>
    IReadOnlyList<Page> TakeChanged();

    /// <summary>Marks pages as changed again, after a write that failed.</summary>
    void MarkChanged(IReadOnlyList<Page> pages);
}
