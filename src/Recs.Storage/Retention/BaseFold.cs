using Recs.Storage.Folding;

namespace Recs.Storage.Retention;

/// <summary>Folds what the base lacks: for each of its shards the rows above the shard's own position.</summary>
/// <remarks>
/// The fold is that of <see cref="ReplayedStatistics"/>: the base is a replay of the log, never a copy of what the learning
/// shards believe. One partition's window of repeats is held at a time.
/// </remarks>
sealed class BaseFold(IEventLog log, IReadOnlyList<OwnedBase> shards, TimeSpan decisionAge)
{
    readonly OwnedBase[] _edges = [.. shards.Where(shard => shard.Kind == StoredBase.EdgeKind)];
    readonly OwnedBase[] _items = [.. shards.Where(shard => shard.Kind == StoredBase.ItemKind)];
    readonly OwnedBase _counts = shards.Single(shard => shard.Kind == StoredBase.EventKind);

    /// <summary>The sums to add to the base.</summary>
    public ReplayedStatistics Statistics { get; } = new();

    /// <summary>The events to add, by partition.</summary>
    public Dictionary<int, BaseEvents> Events { get; } = [];

    /// <summary>Folds a partition from where the base is to its new end.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="through">The new end.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">The log lacks rows that the base does not have, or a row is damaged.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public async Task AddAsync(int partition, long through, CancellationToken cancel)
    {
        var low = shards.Min(shard => shard.Position(partition));
        if (through <= low)
        {
            return;
        }

        var fold = new LogFold(partition, decisionAge);
        fold.StartAfter(await LogWindow.StartAsync(log, partition, low, decisionAge, cancel));
        await foreach (var row in LogRows.ReadAsync(log, partition, fold.Position, through, cancel))
        {
            RequireNext(partition, Math.Max(fold.Position, low), row.Offset);
            if (row.IsDamaged)
            {
                throw new InvalidDataException($"Row {row.Offset} of partition {partition} of the event log is damaged: nothing above it is dropped.");
            }

            Aim(partition, row.Offset);
            var (events, repeats) = (fold.Events, fold.Repeats);
            fold.Fold(row, Statistics.IsTaken ? Statistics : null);
            if (row.Offset > _counts.Position(partition))
            {
                var before = Events.GetValueOrDefault(partition);
                Events[partition] = new BaseEvents(
                    before.Events + fold.Events - events, before.Repeats + fold.Repeats - repeats);
            }
        }

        RequireNext(partition, Math.Max(fold.Position, low), through + 1);
    }

    void Aim(int partition, long offset)
    {
        for (var shard = 0; shard < _edges.Length; shard++)
        {
            Statistics.EdgesTake[shard] = offset > _edges[shard].Position(partition);
        }

        for (var shard = 0; shard < _items.Length; shard++)
        {
            Statistics.ItemsTake[shard] = offset > _items[shard].Position(partition);
        }
    }

    static void RequireNext(int partition, long last, long next)
    {
        if (next > last + 1)
        {
            throw new InvalidDataException(
                $"Partition {partition} of the event log lacks the rows {last + 1} to {next - 1}, which the base does not have.");
        }
    }
}
