using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="IEdgeShard"/>
[Reentrant]
[SpreadPlacement]
sealed class EdgeShard : Grain, IEdgeShard, IDisposable
{
    readonly ShardTimer _timer;
    readonly EdgePages _pages = new();
    readonly DurableShard _shard;

    public EdgeShard(
        IGrainContext context,
        ISnapshotStore snapshots,
        ShardTimer timer,
        RecsMetrics metrics,
        TimeProvider time,
        ILogger<EdgeShard> logger)
    {
        _timer = timer;
        _shard = new DurableShard(SnapshotPages.Edges, (int)context.GrainId.GetIntegerKey(), _pages, snapshots, time, metrics, logger);
    }

    int Shard => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _shard.Open(cancellationToken);
        _timer.Start(this, _shard, _shard.Wake);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _shard.Close();

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(_shard.Position(partition));

    /// <inheritdoc/>
    public ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(_shard.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Copy(FeedChannel channel, long page) => new(_shard.Copy(page));

    /// <inheritdoc/>
    public ValueTask<FeedChunk> Changes(FeedChannel channel, FeedMark after) => _shard.Changes(after);

    /// <inheritdoc/>
    public Task Flush() => ShardTimer.Flush(this, _shard);

    /// <inheritdoc/>
    public ValueTask<EdgeDocument[]> Describe(int row)
    {
        List<EdgeDocument> edges = [];
        for (var cluster = Shard; cluster < _pages.ClusterBound; cluster += Shards.EdgeCount)
        {
            if (_pages.Describe(cluster, row) is { } edge)
            {
                edges.Add(edge);
            }
        }

        return new(edges.ToArray());
    }

    /// <inheritdoc/>
    public ValueTask<int> EdgesTouched() => new(_pages.Count);
}
