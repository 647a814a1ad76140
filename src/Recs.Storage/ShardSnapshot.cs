namespace Recs.Storage;

/// <summary>What a shard made durable last: its pages and the log positions they stand for, read as of one moment.</summary>
/// <param name="Epoch">Number of the current owner; rises with every take-over.</param>
/// <param name="Positions">Partition to the offset of the last log row that the pages include.</param>
/// <param name="Pages">Every page, by ascending id.</param>
public sealed record ShardSnapshot(long Epoch, IReadOnlyDictionary<int, long> Positions, IReadOnlyList<Page> Pages)
{
    /// <summary>What is not as it was written and is left out: ids of pages, and partitions whose position is not known.</summary>
    public IReadOnlyList<string> Damaged { get; init; } = [];
}
