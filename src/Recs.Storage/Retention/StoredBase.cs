using Recs.Schema.Snapshots;

namespace Recs.Storage.Retention;

/// <summary>
/// The base of a log: the statistics of its oldest rows, which may have been dropped. Base plus the fold of the rows above
/// it are what the learning shards must have.
/// </summary>
/// <remarks>
/// Per edge shard, per item shard and once for the counts of events: a snapshot with positions and pages of its own, so each
/// says for itself up to where it goes. They are equal but for a retention that was interrupted.
/// </remarks>
public sealed class StoredBase
{
    /// <summary>Kind of the base of an edge shard; pages are those of <see cref="SnapshotPages.Edges"/>.</summary>
    public const string EdgeKind = "base-edges";

    /// <summary>Kind of the base of an item shard; pages are those of <see cref="SnapshotPages.Items"/>.</summary>
    public const string ItemKind = "base-items";

    /// <summary>Kind of the one shard that counts events; a page is a partition's <see cref="BaseEvents"/>.</summary>
    public const string EventKind = "base-events";

    readonly ShardSnapshot?[] _shards;

    StoredBase(ShardSnapshot?[] shards) => _shards = shards;

    /// <summary>Every shard of the base: edges, items, events.</summary>
    public static IReadOnlyList<(string Kind, int Shard)> Shards { get; } =
    [
        .. Enumerable.Range(0, SnapshotPages.EdgeShards).Select(shard => (EdgeKind, shard)),
        .. Enumerable.Range(0, SnapshotPages.ItemShards).Select(shard => (ItemKind, shard)),
        (EventKind, 0),
    ];

    /// <summary>Whether there is a base: a retention has begun once.</summary>
    public bool Exists => _shards.Any(shard => shard is { Positions.Count: > 0 });

    /// <summary>Bases of the edge shards; null where none was ever begun.</summary>
    public IReadOnlyList<ShardSnapshot?> Edges => _shards[..SnapshotPages.EdgeShards];

    /// <summary>Bases of the item shards.</summary>
    public IReadOnlyList<ShardSnapshot?> Items => _shards[SnapshotPages.EdgeShards..^1];

    /// <summary>Counts of events.</summary>
    public ShardSnapshot? Events => _shards[^1];

    /// <summary>Loads it, shard by shard.</summary>
    /// <exception cref="InvalidDataException">A part of it is damaged.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<StoredBase> LoadAsync(ISnapshotStore snapshots, CancellationToken cancel)
    {
        var shards = new ShardSnapshot?[Shards.Count];
        for (var index = 0; index < shards.Length; index++)
        {
            var (kind, shard) = Shards[index];
            shards[index] = await snapshots.LoadAsync(kind, shard, cancel);
            if (shards[index] is { Damaged: [var first, ..] })
            {
                throw new InvalidDataException($"The base of the log is damaged: {kind}/{shard}, {first}.");
            }
        }

        return new StoredBase(shards);
    }

    /// <summary>Where a shard of the base ends in a partition; 0 without a base.</summary>
    public static long Position(ShardSnapshot? shard, int partition) => shard?.Positions.GetValueOrDefault(partition) ?? 0;

    /// <summary>The lowest position of all shards of the base: above it some shard has still to count.</summary>
    public long Low(int partition) => _shards.Min(shard => Position(shard, partition));

    /// <summary>The counts of a partition.</summary>
    public BaseEvents Counts(int partition) =>
        Events?.Pages.FirstOrDefault(page => page.Id == partition) is { Payload.IsEmpty: false } page
            ? SnapshotPages.Entries<BaseEvents>(page.Payload.Span)[0]
            : default;

    /// <summary>Whether nobody has begun to move the base between two loads: epochs are the same.</summary>
    public bool IsSame(StoredBase other) =>
        _shards.Select(shard => shard?.Epoch).SequenceEqual(other._shards.Select(shard => shard?.Epoch));
}
