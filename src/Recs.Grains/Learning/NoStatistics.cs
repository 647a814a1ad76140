using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>Of a shard whose policies are turned off: it keeps its positions, so that the log can be trimmed, and learns nothing.</summary>
sealed class NoStatistics : IShardStatistics
{
    /// <inheritdoc/>
    public long Sequence => 0;

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        // What was learned before stays stored, for when the policies are turned on again.
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        // Nothing is learned.
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged() => [];

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        // There are none.
    }

    /// <inheritdoc/>
    public (byte[] Payload, long NextPage) Copy(long page) => ([], -1);

    /// <inheritdoc/>
    public byte[] Changes(long after) => [];
}
