using Recs.Grains.Replication;
using Recs.Schema.Messages;

namespace Recs.Grains.Learning;

/// <summary>What every shard's grain does: its calls are its durable shard's, which it opens, makes durable at an interval and closes.</summary>
/// <param name="timer">Makes the shard durable and lets it go where it belongs.</param>
abstract class LearningGrain(ShardTimer timer) : Grain, ILearningShard
{
    /// <summary>The shard.</summary>
    protected abstract DurableShard Durable { get; }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Durable.Open(cancellationToken);
        await Opened(cancellationToken);
        timer.Start(this, MakeDurable, Wake);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Durable.Close();
        return MakeDurable();
    }

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(Durable.Position(partition));

    /// <inheritdoc/>
    public virtual ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(Durable.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public virtual ValueTask<FeedChunk> Copy(FeedChannel channel, long page) => new(Durable.Copy(page));

    /// <inheritdoc/>
    public virtual ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after) => Durable.Changes(after);

    /// <inheritdoc/>
    public Task Flush() => ShardTimer.Flush(this, MakeDurable);

    /// <summary>Makes everything added so far durable.</summary>
    /// <returns>False when another activation owns the shard.</returns>
    protected virtual Task<bool> MakeDurable() => Durable.Flush();

    /// <summary>What was durable is there; the shard answers from here on.</summary>
    protected virtual Task Opened(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Answers the replicas that wait.</summary>
    protected virtual void Wake() => Durable.Wake();
}
