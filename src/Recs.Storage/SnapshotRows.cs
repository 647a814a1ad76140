using System.Globalization;

namespace Recs.Storage;

/// <summary>Puts a shard's snapshot together from stored rows, and leaves out what is not as it was written.</summary>
sealed class SnapshotRows(string kind, int shard)
{
    readonly Dictionary<int, long> _positions = [];
    readonly List<Page> _pages = [];
    readonly List<string> _damaged = [];

    /// <summary>Adds a stored position.</summary>
    public void Position(int partition, long offset, long? checksum)
    {
        if (checksum is { } stored && stored != Checksum.OfPosition(kind, shard, partition, offset))
        {
            _damaged.Add(string.Create(CultureInfo.InvariantCulture, $"the position in partition {partition}"));
            return;
        }

        _positions[partition] = offset;
    }

    /// <summary>Adds a stored page.</summary>
    public void Page(long id, byte[] payload, long? checksum)
    {
        if (checksum is { } stored && stored != Checksum.OfPage(kind, shard, id, payload))
        {
            _damaged.Add(string.Create(CultureInfo.InvariantCulture, $"page {id}"));
            return;
        }

        _pages.Add(new Page(id, payload));
    }

    /// <summary>The snapshot.</summary>
    public ShardSnapshot Snapshot(long epoch) => new(epoch, _positions, _pages) { Damaged = _damaged };
}
