using System.Buffers;
using System.Runtime.InteropServices;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Neural.Online;

namespace Recs.Grains.Learning;

/// <summary>What a grain that owns rows of the neural model does for its learner and for the silos' copies; see <see cref="IRowShard"/>.</summary>
/// <remarks>Runs on its grain's scheduler.</remarks>
sealed class RowHost : IFeedSource
{
    readonly NeuralLearning? _learning;
    readonly RowOwner _owner;
    readonly int _number;
    readonly int _shards;
    readonly RecsMetrics _metrics;
    readonly TimeProvider _time;
    readonly ShardFeed _feed;
    readonly PublishedBlocks _published = new();
    readonly PulledRows _lent = new();
    readonly List<(long Id, ReadOnlyMemory<byte> Payload)> _opening = [];
    TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    RowShard? _rows;
    long _session;
    long _turn;
    bool _isLent;
    long _evicted;

    /// <summary>A host that no session has opened yet.</summary>
    /// <param name="learning">How the model learns; null where it does not, and then nothing is asked.</param>
    /// <param name="owner">Whose rows.</param>
    /// <param name="shard">Number of the grain within its kind.</param>
    /// <param name="metrics">Counts what made room.</param>
    /// <param name="time">Time.</param>
    public RowHost(NeuralLearning? learning, RowOwner owner, int shard, RecsMetrics metrics, TimeProvider time)
    {
        (_learning, _owner, _metrics, _time) = (learning, owner, metrics, time);
        _shards = owner is RowOwner.Viewers ? Shards.ViewerCount : Shards.ItemCount;
        _number = RowOwners.NumberOf(owner, shard);
        _feed = new ShardFeed(this, time);
    }

    /// <inheritdoc/>
    public long Sequence => _published.Sequence;

    /// <summary>Publishes what changed at an interval.</summary>
    public void Start(IGrainBase grain)
    {
        if (_learning is { SyncInterval: var interval })
        {
            grain.RegisterGrainTimer(Publish, new GrainTimerCreationOptions(interval, interval) { KeepAlive = true, Interleave = true });
        }
    }

    /// <summary>Answers the replicas that wait.</summary>
    public void Wake() => _feed.Signal();

    /// <summary>See <see cref="IRowShard.OpenRows"/>.</summary>
    public bool Open(long session, RowPages pages, bool isLast)
    {
        if (_learning is null || session < _session)
        {
            return false;
        }

        if (session > _session)
        {
            (_session, _turn, _isLent, _rows) = (session, 0, false, null);
            _opening.Clear();
        }

        _opening.AddRange(pages.Ids.Select((id, at) => (id, new ReadOnlyMemory<byte>(pages.Payloads[at]))));
        if (isLast)
        {
            _rows = RowShard.FromPages(_opening, _learning.Model, _owner, _shards);
            _opening.Clear();
            _evicted = _rows.Evicted;
            _published.Skip();
            _feed.Epoch = session;
            _feed.Signal();
            _opened.TrySetResult();
        }

        return true;
    }

    /// <summary>See <see cref="IRowShard.HasSession"/>.</summary>
    public bool HasSession(long session) => _rows is not null && session == _session;

    /// <summary>See <see cref="IRowShard.PullRows"/>.</summary>
    public LentRows Pull(long session, long turn, ReadOnlySpan<byte> meetings)
    {
        if (!HasSession(session) || turn != _turn + 1 || _isLent)
        {
            return LentRows.Lost;
        }

        (_turn, _isLent) = (turn, true);
        _rows!.Pull(MemoryMarshal.Cast<byte, Meeting>(meetings), _lent);
        return new LentRows(
            false, MemoryMarshal.AsBytes(_lent.Offsets).ToArray(), MemoryMarshal.AsBytes<float>(_lent.Rows).ToArray());
    }

    /// <summary>See <see cref="IRowShard.PushRows"/>.</summary>
    public bool Push(long session, long turn, ReadOnlySpan<byte> rows)
    {
        if (!HasSession(session) || turn != _turn || !_isLent)
        {
            return false;
        }

        _isLent = false;
        _rows!.Push(MemoryMarshal.Cast<byte, float>(rows));
        return true;
    }

    /// <summary>See <see cref="IRowShard.TakePages"/>.</summary>
    public RowPages? TakePages(long session, long[] unsaved)
    {
        if (!HasSession(session) || _isLent)
        {
            return null;
        }

        _rows!.MarkChanged(unsaved);
        var changed = _rows.TakeChanged(_number);
        return new RowPages([.. changed.Select(page => page.Id)], [.. changed.Select(page => page.Payload)]);
    }

    /// <summary>See <see cref="IFollowedShard.Copy"/>; waits a second for the first session.</summary>
    public async ValueTask<FeedChunk> Copy(long page)
    {
        if (_rows is null)
        {
            _opened = _opened.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _opened;
            _ = await Task.WhenAny(_opened.Task, Task.Delay(ShardFeed.WaitMax, _time));
        }

        return _rows is null ? FeedChunk.Lost(_session) : _feed.Copy(page);
    }

    /// <summary>See <see cref="IFollowedShard.Changes"/>.</summary>
    public ValueTask<FeedChunk> Changes(FeedMark after) => _feed.Changes(after);

    /// <inheritdoc/>
    (byte[] Payload, long NextPage) IFeedSource.Copy(long page)
    {
        var piece = new ArrayBufferWriter<byte>();
        var next = _rows!.WritePiece(piece, page, FeedChunk.BytesMax / (_learning!.Model.Width * sizeof(float)));
        return (piece.WrittenSpan.ToArray(), next);
    }

    /// <inheritdoc/>
    byte[]? IFeedSource.Changes(long after) => _published.After(after);

    Task Publish()
    {
        if (_rows is { } rows)
        {
            var block = new ArrayBufferWriter<byte>();
            if (rows.WriteTouched(block) > 0)
            {
                _published.Add(block.WrittenSpan.ToArray());
                _feed.Signal();
            }

            _metrics.NeuralEvicted.Add(rows.Evicted - _evicted);
            _evicted = rows.Evicted;
        }

        return Task.CompletedTask;
    }
}
