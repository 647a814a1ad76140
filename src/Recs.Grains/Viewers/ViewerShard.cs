using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Neural.Online;

namespace Recs.Grains.Viewers;

/// <inheritdoc cref="IViewerShard"/>
[Reentrant]
[SpreadPlacement]
sealed class ViewerShard(IGrainContext context, LearningOptions options, ShardTimer timer, RecsMetrics metrics, TimeProvider time)
    : Grain, IViewerShard
{
    readonly RowHost _rows = new(options.Neural, RowOwner.Viewers, (int)context.GrainId.GetIntegerKey(), metrics, time);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _rows.Start(this);

        // The learner makes its rows durable.
        timer.Start(this, () => Task.FromResult(true), _rows.Wake);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> OpenRows(long session, RowPages pages, bool isLast) => new(_rows.Open(session, pages, isLast));

    /// <inheritdoc/>
    public ValueTask<bool> HasSession(long session) => new(_rows.HasSession(session));

    /// <inheritdoc/>
    public ValueTask<LentRows> PullRows(long session, long turn, byte[] meetings) => new(_rows.Pull(session, turn, meetings));

    /// <inheritdoc/>
    public ValueTask<bool> PushRows(long session, long turn, byte[] rows) => new(_rows.Push(session, turn, rows));

    /// <inheritdoc/>
    public ValueTask<RowPages?> TakePages(long session, long[] unsaved) => new(_rows.TakePages(session, unsaved));

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Copy(FeedChannel channel, long page) => _rows.Copy(page);

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after) => _rows.Changes(after);
}
