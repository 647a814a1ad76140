using Microsoft.Extensions.Logging;

using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>
/// Adds blocks to a shard's statistics exactly once and makes them durable: what changed goes to storage in one
/// transaction with the log positions it stands for, under an epoch that fences a former owner.
/// </summary>
/// <remarks>
/// Runs on its grain's scheduler. Blocks may be added while a save is under way: pages are encoded before it starts.
/// </remarks>
public sealed partial class DurableShard(
    string kind,
    int shard,
    IShardStatistics statistics,
    ISnapshotStore snapshots,
    TimeProvider time,
    RecsMetrics metrics,
    ILogger logger)
{
    readonly ShardPositions _positions = new();
    readonly ShardFeed _feed = new(statistics, time);
    long _epoch;
    bool _changed;
    Task<bool> _saving = Task.FromResult(true);

    /// <summary>Takes the shard over from any former owner and loads what it made durable.</summary>
    public async Task Open(CancellationToken cancel)
    {
        _epoch = await snapshots.TakeOverAsync(kind, shard, cancel);
        var snapshot = await snapshots.LoadAsync(kind, shard, cancel);
        _positions.Restore(snapshot?.Positions ?? new Dictionary<int, long>());
        statistics.Restore(snapshot?.Pages ?? []);
        _feed.Epoch = _epoch;
        metrics.Shards.Add(1, new KeyValuePair<string, object?>("kind", kind));
    }

    /// <summary>The shard is not here any more; for one that was opened, before it is made durable for the last time.</summary>
    public void Close() => metrics.Shards.Add(-1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>The activation as storage knows it.</summary>
    public ShardOwner Owner => new(kind, shard, _epoch);

    /// <summary>Whether anything was added that a save has not been told of.</summary>
    public bool HasChanged => _changed;

    /// <summary>Complete when no save is under way.</summary>
    public Task Saved => _saving;

    /// <summary>Offset of the last row added from a partition.</summary>
    public long Position(int partition) => _positions[partition];

    /// <summary>What <see cref="Apply"/> would answer now.</summary>
    public ApplyOutcome OutcomeOf(int partition, long after, long last) => _positions.OutcomeOf(partition, after, last);

    /// <summary>Adds a block; see <see cref="ILearningShard.Apply"/>.</summary>
    public ApplyOutcome Apply(int partition, long after, long last, ReadOnlySpan<byte> updates)
    {
        var outcome = _positions.Advance(partition, after, last);
        switch (outcome)
        {
            case ApplyOutcome.Applied:
                _changed = true;
                statistics.Add(updates);
                _feed.Signal();
                break;
            case ApplyOutcome.Duplicate:
                metrics.Redeliveries.Add(1);
                break;
            default:
                metrics.Gaps.Add(1);
                break;
        }

        return outcome;
    }

    /// <summary>The statistics changed by something other than a block.</summary>
    public void MarkChanged()
    {
        _changed = true;
        _feed.Signal();
    }

    /// <summary>How far the statistics are.</summary>
    public FeedMark Mark => _feed.Mark;

    /// <summary>Answers the replicas that wait for a change.</summary>
    public void Wake() => _feed.Signal();

    /// <summary>See <see cref="IFollowedShard.Copy"/>.</summary>
    public FeedChunk Copy(long page) => _feed.Copy(page);

    /// <summary>See <see cref="IFollowedShard.Changes"/>.</summary>
    public ValueTask<FeedChunk> Changes(FeedMark after) => _feed.Changes(after);

    /// <summary>Makes everything added so far durable.</summary>
    /// <returns>False when another activation owns the shard; this one must stop.</returns>
    public async Task<bool> Flush()
    {
        // One save at a time: positions in storage never go back.
        await _saving;
        if (!_changed)
        {
            return true;
        }

        _changed = false;
        _saving = Save(new Dictionary<int, long>(_positions.All), statistics.TakeChanged());
        return await _saving;
    }

    async Task<bool> Save(IReadOnlyDictionary<int, long> positions, IReadOnlyList<Page> pages)
    {
        try
        {
            if (await snapshots.SaveAsync(kind, shard, _epoch, positions, pages, CancellationToken.None))
            {
                return true;
            }

            metrics.FencedWrites.Add(1);
            LogFenced(kind, shard);
            return false;
        }
        catch (IOException reason)
        {
            LogNotSaved(kind, shard, reason);
            _changed = true;
            statistics.MarkChanged(pages);
            return true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Shard {Kind}/{Shard} is owned by another activation; this one stops.")]
    partial void LogFenced(string kind, int shard);

    [LoggerMessage(LogLevel.Warning, "Shard {Kind}/{Shard} could not be made durable; it will be tried again.")]
    partial void LogNotSaved(string kind, int shard, Exception reason);
}
