namespace Recs.Grains.Replication;

/// <summary>Statistics that replicas follow. Used by one grain; every call is synchronous.</summary>
public interface IFeedSource
{
    /// <summary>Changes so far.</summary>
    long Sequence { get; }

    /// <summary>A piece of everything there is.</summary>
    /// <param name="page">0 for the first piece, then what the piece before named.</param>
    /// <returns>The piece, and the page of the next one or −1.</returns>
    (byte[] Payload, long NextPage) Copy(long page);

    /// <summary>What has changed since; null when that is not kept any more.</summary>
    /// <param name="after">A sequence of this source.</param>
    byte[]? Changes(long after);
}
