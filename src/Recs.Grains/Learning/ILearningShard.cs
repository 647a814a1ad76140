using Recs.Grains.Replication;
using Recs.Schema.Messages;

namespace Recs.Grains.Learning;

/// <summary>The single writer of a share of the learned statistics.</summary>
public interface ILearningShard : IGrainWithIntegerKey
{
    /// <summary>Loads the shard if need be.</summary>
    /// <returns>Offset of the last row added from the partition; a consumer goes on after it.</returns>
    [Alias("Position")]
    ValueTask<long> Position(int partition);

    /// <summary>Adds a block of updates. Idempotent: a block that the shard has is not added again.</summary>
    /// <param name="partition">Partition of the log the block comes from.</param>
    /// <param name="after">Position the block follows: where the last block sent to this shard ended.</param>
    /// <param name="last">Offset of the last row in the block.</param>
    /// <param name="updates">Raw updates of the shard's own kind; may be empty to move the position only.</param>
    [Alias("Apply")]
    ValueTask<ApplyOutcome> Apply(int partition, long after, long last, [Immutable] byte[] updates);

    /// <summary>A piece of everything the shard has, for a replica that begins.</summary>
    /// <param name="channel">What of it.</param>
    /// <param name="page">0 for the first piece, then what the piece before named.</param>
    [Alias("Copy")]
    ValueTask<FeedChunk> Copy(FeedChannel channel, long page);

    /// <summary>What has changed since a replica looked last; waits up to a second for something to change.</summary>
    /// <param name="channel">What of the shard.</param>
    /// <param name="after">Where the replica is.</param>
    [Alias("Changes")]
    ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after);

    /// <summary>Makes everything added so far durable.</summary>
    [Alias("Flush")]
    Task Flush();
}
