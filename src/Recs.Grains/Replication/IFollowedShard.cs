namespace Recs.Grains.Replication;

/// <summary>A shard that every silo keeps a copy of.</summary>
public interface IFollowedShard : IGrainWithIntegerKey
{
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
}
