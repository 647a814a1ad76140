using Recs.Grains.Replication;
using Recs.Schema.Messages;

namespace Recs.Grains.Learning;

/// <summary>The single writer of a share of the learned statistics.</summary>
public interface ILearningShard : IFollowedShard
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

    /// <summary>Makes everything added so far durable.</summary>
    [Alias("Flush")]
    Task Flush();
}
