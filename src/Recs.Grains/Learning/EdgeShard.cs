using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Telemetry;
using Recs.Schema.Http;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="IEdgeShard"/>
[Reentrant]
[SpreadPlacement]
sealed class EdgeShard : LearningGrain, IEdgeShard, IDisposable
{
    readonly EdgePages _pages = new();

    public EdgeShard(
        IGrainContext context,
        ISnapshotStore snapshots,
        ShardTimer timer,
        RecsMetrics metrics,
        TimeProvider time,
        ILogger<EdgeShard> logger)
        : base(timer) =>
        Durable = new DurableShard(SnapshotPages.Edges, (int)context.GrainId.GetIntegerKey(), _pages, snapshots, time, metrics, logger);

    /// <inheritdoc/>
    protected override DurableShard Durable { get; }

    int Shard => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

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
