namespace Recs.Grains.Replication;

/// <summary>A shard's side of replication: answers replicas, and lets those that have everything wait for more.</summary>
/// <remarks>
/// Runs on its grain's scheduler. Replicas pull: one that is slow or was frozen holds nobody up, one that lost an answer asks
/// again from where it is, and whatever changed while an answer was on its way comes with the next, once.
/// </remarks>
sealed class ShardFeed(IFeedSource source, TimeProvider time)
{
    /// <summary>How long a replica waits for a change at most; the answer then tells it that it has everything.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    TaskCompletionSource _changed = New();
    bool _isAwaited;

    /// <summary>Number of the shard's owner.</summary>
    public long Epoch { get; set; }

    /// <summary>Now.</summary>
    public FeedMark Mark => new(Epoch, source.Sequence);

    /// <summary>Wakes the replicas that wait.</summary>
    public void Signal()
    {
        if (_isAwaited)
        {
            _isAwaited = false;
            var changed = _changed;
            _changed = New();
            changed.SetResult();
        }
    }

    /// <summary>See <see cref="IFollowedShard.Copy"/>.</summary>
    public FeedChunk Copy(long page)
    {
        var mark = Mark;
        var (payload, next) = source.Copy(page);
        return new FeedChunk(mark, next, payload);
    }

    /// <summary>See <see cref="IFollowedShard.Changes"/>.</summary>
    public async ValueTask<FeedChunk> Changes(FeedMark after)
    {
        if (after == Mark)
        {
            _isAwaited = true;
            _ = await Task.WhenAny(_changed.Task, Task.Delay(WaitMax, time));
        }

        return after.Epoch == Epoch && after.Sequence <= source.Sequence && source.Changes(after.Sequence) is { } payload
            ? new FeedChunk(Mark, -1, payload)
            : FeedChunk.Lost(Epoch);
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
