namespace Recs.Grains.Replication;

/// <summary>A silo's copy of one shard. Used by one follower at a time.</summary>
interface IReplica
{
    /// <summary>A copy of everything begins.</summary>
    void Begin()
    {
    }

    /// <summary>Takes states; of a copy piece by piece, of changes as they come.</summary>
    /// <param name="payload">Raw states.</param>
    /// <param name="isCopy">Whether it is a piece of a copy.</param>
    void Take(byte[] payload, bool isCopy);

    /// <summary>The copy is whole.</summary>
    void End()
    {
    }
}
