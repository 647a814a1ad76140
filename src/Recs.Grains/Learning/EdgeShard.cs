using System.Runtime.InteropServices;

using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Matching.Graph;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <inheritdoc cref="IEdgeShard"/>
[Reentrant]
sealed class EdgeShard : Grain, IEdgeShard, IDisposable
{
    readonly ServingState _serving;
    readonly LearningOptions _options;
    readonly RecsMetrics _metrics;
    readonly EdgePages _pages;
    readonly DurableShard _shard;

    public EdgeShard(
        IGrainContext context,
        ServingState serving,
        ISnapshotStore snapshots,
        LearningOptions options,
        RecsMetrics metrics,
        ILogger<EdgeShard> logger)
    {
        (_serving, _options, _metrics) = (serving, options, metrics);
        _pages = new EdgePages(serving);
        _shard = new DurableShard(SnapshotPages.Edges, (int)context.GrainId.GetIntegerKey(), _pages, snapshots, metrics, logger);
    }

    int Shard => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _shard.Open(cancellationToken);
        this.RegisterGrainTimer(static (grain, _) => grain.Flush(), this, ShardTimer.Every(_options.SnapshotInterval));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _shard.Flush();

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    /// <inheritdoc/>
    public ValueTask<long> Position(int partition) => new(_shard.Position(partition));

    /// <inheritdoc/>
    public ValueTask<ApplyOutcome> Apply(int partition, long after, long last, byte[] updates) =>
        new(_shard.Apply(partition, after, last, updates));

    /// <inheritdoc/>
    public async Task Flush()
    {
        if (!await _shard.Flush())
        {
            DeactivateOnIdle();
        }
    }

    /// <inheritdoc/>
    public ValueTask Attach(long graph, byte[] edges)
    {
        foreach (var model in _serving.Live.Where(model => model.Version == graph))
        {
            foreach (var cluster in MemoryMarshal.Cast<byte, EdgePlacement>(edges).ToArray().GroupBy(edge => edge.Cluster))
            {
                Attach(model, cluster.Key, [.. cluster]);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask Fill(long graph)
    {
        foreach (var model in _serving.Live.Where(model => model.Version == graph))
        {
            _pages.Fill(model);
        }

        return default;
    }

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

    void Attach(ServingModel model, int cluster, EdgePlacement[] edges)
    {
        using var pin = _serving.Epochs.Pin();
        var refused = model.Table.RefusedCount;
        _ = model.Table.Attach(
            cluster - model.ClusterIdBase, [.. edges.Select(edge => new GraphEdge(edge.Row, edge.Affinity))]);
        _metrics.EdgesRefused.Add(model.Table.RefusedCount - refused);
        foreach (var edge in edges)
        {
            _pages.Fill(model, cluster, edge.Row);
        }
    }
}
