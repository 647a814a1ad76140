using Recs.Schema.Messages;

namespace Recs.Grains.Learning;

/// <summary>
/// How far each partition of the log has been added to a shard. A block names the position it follows and the
/// position it ends at, so a repeated block is recognised and a missing one is noticed.
/// </summary>
public sealed class ShardPositions
{
    readonly Dictionary<int, long> _positions = [];

    /// <summary>Position per partition; what a snapshot stores beside the statistics.</summary>
    public IReadOnlyDictionary<int, long> All => _positions;

    /// <summary>Offset of the last row added from a partition, 0 before the first.</summary>
    public long this[int partition] => _positions.GetValueOrDefault(partition);

    /// <summary>Takes over the positions of a snapshot.</summary>
    public void Restore(IReadOnlyDictionary<int, long> positions)
    {
        _positions.Clear();
        foreach (var (partition, offset) in positions)
        {
            _positions[partition] = offset;
        }
    }

    /// <summary>Decides whether a block is to be added; if so, moves the partition's position to its end.</summary>
    /// <param name="partition">Partition of the log.</param>
    /// <param name="after">Position that the block follows.</param>
    /// <param name="last">Offset of the last row in the block.</param>
    public ApplyOutcome Advance(int partition, long after, long last)
    {
        var outcome = OutcomeOf(partition, after, last);
        if (outcome is ApplyOutcome.Applied)
        {
            _positions[partition] = last;
        }

        return outcome;
    }

    /// <summary>What <see cref="Advance"/> would decide now.</summary>
    public ApplyOutcome OutcomeOf(int partition, long after, long last)
    {
        var position = this[partition];
        return last <= position ? ApplyOutcome.Duplicate
            : after != position ? ApplyOutcome.Gap
            : ApplyOutcome.Applied;
    }
}
