using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Recs.Grains.Hosting;
using Recs.Grains.Learning;
using Recs.Grains.Telemetry;
using Recs.Matching.Graph;
using Recs.Schema.Messages;

namespace Recs.Grains.Replication;

/// <summary>This silo's copy of every edge's statistics, and what is written from it into the live graphs.</summary>
/// <remarks>
/// A part per shard, each written under its own lock by its follower, by new items and by the exchange of models; a graph's
/// cluster belongs to one part. Readers of the graphs take no lock. The statistics are kept beside the graphs, 64 bytes an
/// edge that was ever tried, so that a new graph is filled from memory and an edge that comes late finds what it had learned.
/// </remarks>
public sealed class EdgeReplica : IDisposable
{
    readonly ServingState _serving;
    readonly RecsMetrics _metrics;
    readonly ShardPart[] _parts;

    public EdgeReplica(ServingState serving, RecsMetrics metrics)
    {
        (_serving, _metrics) = (serving, metrics);
        _parts = [.. Enumerable.Range(0, Shards.EdgeCount).Select(_ => new ShardPart(this))];
    }

    /// <summary>The part of a shard.</summary>
    internal IReplica Part(int shard) => _parts[shard];

    /// <summary>Writes everything learned into a graph that is being prepared.</summary>
    public void Fill(ServingModel model)
    {
        foreach (var part in _parts)
        {
            part.Fill(model);
        }
    }

    /// <summary>Adds new edges to a graph, with what was learned about them before.</summary>
    /// <param name="model">A graph that serves or is being prepared.</param>
    /// <param name="edges">Edges of any clusters of the graph.</param>
    public void Attach(ServingModel model, IReadOnlyList<EdgePlacement> edges)
    {
        foreach (var cluster in edges.GroupBy(edge => edge.Cluster))
        {
            _parts[Shards.OfCluster(cluster.Key)].Attach(model, cluster.Key, [.. cluster]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }

    static void Write(ServingModel model, ref EdgeStatistics edge)
    {
        if (model.Has(edge.Cluster))
        {
            _ = model.Table.Write(edge.Cluster - model.ClusterIdBase, edge.Row, edge.Value, ref edge.Place);
        }
    }

    sealed class ShardPart(EdgeReplica whole) : IReplica, IDisposable
    {
        const int LedgerAhead = 16;
        const int TableAhead = 8;

        readonly Lock _writing = new();
        readonly EdgeLedger _ledger = new();

        public void Take(byte[] payload, bool isCopy)
        {
            using var pin = whole._serving.Epochs.Pin();
            lock (_writing)
            {
                var live = whole._serving.Live;
                var states = MemoryMarshal.Cast<byte, EdgeState>(payload);
                for (var at = 0; at < states.Length; at++)
                {
                    Prefetch(live, states, at);
                    ref readonly var state = ref states[at];
                    ref var edge = ref _ledger.At(state.Cluster, state.Row);
                    (edge.D, edge.B, edge.W, edge.P) = (state.Precision, state.Reward, state.Weight, state.Prior);
                    for (var model = 0; model < live.Count; model++)
                    {
                        Write(live[model], ref edge);
                    }
                }
            }
        }

        public void Fill(ServingModel model)
        {
            using var pin = whole._serving.Epochs.Pin();
            lock (_writing)
            {
                for (var cluster = model.ClusterIdBase; cluster < Math.Min(_ledger.ClusterBound, model.ClusterIdBase + model.Clusters); cluster++)
                {
                    var edges = new EdgeStatistics[_ledger.CountOf(cluster)];
                    _ = _ledger.CopyCluster(cluster, edges);
                    foreach (ref var edge in edges.AsSpan())
                    {
                        Write(model, ref edge);
                    }
                }
            }
        }

        public void Attach(ServingModel model, int cluster, EdgePlacement[] edges)
        {
            using var pin = whole._serving.Epochs.Pin();
            lock (_writing)
            {
                var refused = model.Table.RefusedCount;
                _ = model.Table.Attach(
                    cluster - model.ClusterIdBase, [.. edges.Select(edge => new GraphEdge(edge.Row, edge.Affinity))]);
                whole._metrics.EdgesRefused.Add(model.Table.RefusedCount - refused);
                foreach (var placed in edges)
                {
                    ref var edge = ref _ledger.Find(cluster, placed.Row);
                    if (!Unsafe.IsNullRef(ref edge))
                    {
                        Write(model, ref edge);
                    }
                }
            }
        }

        public void Dispose() => _ledger.Dispose();

        /// <summary>Edges lie anywhere in memory: what the states ahead will touch is fetched while this one is written.</summary>
        void Prefetch(IReadOnlyList<ServingModel> live, ReadOnlySpan<EdgeState> states, int at)
        {
            if (at + LedgerAhead < states.Length)
            {
                _ledger.Prefetch(states[at + LedgerAhead].Cluster, states[at + LedgerAhead].Row);
            }

            if (at + TableAhead < states.Length)
            {
                ref readonly var state = ref states[at + TableAhead];
                ref var edge = ref _ledger.Find(state.Cluster, state.Row);
                for (var model = 0; model < live.Count && !Unsafe.IsNullRef(ref edge); model++)
                {
                    if (live[model].Has(state.Cluster))
                    {
                        live[model].Table.Prefetch(state.Cluster - live[model].ClusterIdBase, edge.Place);
                    }
                }
            }
        }
    }
}
