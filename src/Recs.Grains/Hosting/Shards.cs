using Recs.Schema.Snapshots;

namespace Recs.Grains.Hosting;

/// <summary>How state is divided among grains. Constants, because stored pages are divided the same way.</summary>
public static class Shards
{
    /// <summary>Shards of edges; a shard is the set of clusters with the same remainder.</summary>
    public const int EdgeCount = SnapshotPages.EdgeShards;

    /// <summary>Shards of items; a shard is the set of ids with the same hash remainder, and of rows likewise.</summary>
    public const int ItemCount = SnapshotPages.ItemShards;

    /// <summary>Shards of viewers, who own their embeddings; a shard is the set of hashed ids with the same remainder.</summary>
    public const int ViewerCount = SnapshotPages.ViewerShards;

    /// <summary>The shard that owns a cluster's edges.</summary>
    public static int OfCluster(int cluster) => cluster % EdgeCount;

    /// <summary>The shard that owns a catalogue row.</summary>
    public static int OfRow(int row) => row % ItemCount;
}
