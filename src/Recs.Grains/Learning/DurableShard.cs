using Microsoft.Extensions.Logging;

using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Retention;

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
        if (snapshot is { Damaged.Count: > 0 })
        {
            snapshot = await StartOver(snapshot.Damaged, cancel);
        }

        _positions.Restore(snapshot?.Positions ?? new Dictionary<int, long>());
        statistics.Restore(snapshot?.Pages ?? []);
        _feed.Epoch = _epoch;
        metrics.Shards.Add(1, new KeyValuePair<string, object?>("kind", kind));
    }

    /// <summary>
    /// A part of the snapshot is not as it was written. The log has what it said: the shard begins again with the base of the log, and
    /// is sent the rows above it, as one that has never been durable.
    /// </summary>
    async Task<ShardSnapshot> StartOver(IReadOnlyList<string> damaged, CancellationToken cancel)
    {
        foreach (var part in damaged)
        {
            _ = metrics.Damage.Add($"{kind}/{shard}, {part}: learned again from the log");
            LogDamaged(kind, shard, part);
        }

        var stored = BaseKind is { } from ? await snapshots.LoadAsync(from, shard, cancel) : null;
        if (stored is { Damaged: [var first, ..] })
        {
            _ = metrics.Damage.Add($"{BaseKind}/{shard}, {first}: what it said is lost");
            LogBaseDamaged(BaseKind!, shard, first);
        }

        _ = await snapshots.DiscardAsync(kind, shard, _epoch, cancel);
        if (stored is not null)
        {
            _ = await snapshots.SaveAsync(kind, shard, _epoch, stored.Positions, stored.Pages, cancel);
        }

        return new ShardSnapshot(_epoch, stored?.Positions ?? new Dictionary<int, long>(), stored?.Pages ?? []);
    }

    string? BaseKind => kind == SnapshotPages.Edges ? StoredBase.EdgeKind : kind == SnapshotPages.Items ? StoredBase.ItemKind : null;

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

    [LoggerMessage(LogLevel.Error, "Shard {Kind}/{Shard} is damaged in storage: {Part}. It is learned again from the log.")]
    partial void LogDamaged(string kind, int shard, string part);

    [LoggerMessage(LogLevel.Error, "The base {Kind}/{Shard} is damaged in storage: {Part}. What it said of rows that were dropped is lost.")]
    partial void LogBaseDamaged(string kind, int shard, string part);

    [LoggerMessage(LogLevel.Warning, "Shard {Kind}/{Shard} is owned by another activation; this one stops.")]
    partial void LogFenced(string kind, int shard);

    [LoggerMessage(LogLevel.Warning, "Shard {Kind}/{Shard} could not be made durable; it will be tried again.")]
    partial void LogNotSaved(string kind, int shard, Exception reason);
}
