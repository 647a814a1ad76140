using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Recs.Grains.Replication;
using Recs.Matching.Graph;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>A shard's exact edge statistics, one page a cluster, and their copy in every live graph.</summary>
sealed class EdgePages(ServingState serving) : IShardStatistics, IDisposable
{
    const int LedgerAhead = 16;
    const int TableAhead = 8;

    readonly HashSet<int> _changed = [];
    EdgeLedger _ledger = new();

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        _ledger.Dispose();
        _ledger = new EdgeLedger();
        _changed.Clear();
        foreach (var page in pages)
        {
            foreach (ref readonly var entry in SnapshotPages.Entries<EdgeEntry>(page.Payload.Span))
            {
                ref var edge = ref _ledger.At((int)page.Id, entry.Row);
                edge.D = entry.Precision;
                edge.B = entry.Reward;
                edge.W = entry.Weight;
                edge.P = entry.Prior;
            }
        }

        foreach (var model in serving.Live)
        {
            Fill(model);
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        using var pin = serving.Epochs.Pin();
        var live = serving.Live;
        var edges = MemoryMarshal.Cast<byte, EdgeUpdate>(updates);
        for (var at = 0; at < edges.Length; at++)
        {
            Prefetch(live, edges, at);
            ref readonly var update = ref edges[at];
            ref var edge = ref _ledger.At(update.Cluster, update.Row);
            if (update.Kind == UpdateKind.Impression)
            {
                edge.AddImpression(update.Weight, update.Prior);
            }
            else
            {
                edge.AddReward(update.Weight, update.Reward);
            }

            _ = _changed.Add(update.Cluster);
            for (var model = 0; model < live.Count; model++)
            {
                Write(live[model], ref edge);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged()
    {
        var pages = new List<Page>(_changed.Count);
        foreach (var cluster in _changed)
        {
            var edges = Edges(cluster);
            var entries = new EdgeEntry[edges.Length];
            for (var index = 0; index < entries.Length; index++)
            {
                ref readonly var edge = ref edges[index];
                entries[index] = new EdgeEntry(edge.Row, edge.D, edge.B, edge.W, edge.P);
            }

            pages.Add(new Page(cluster, MemoryMarshal.AsBytes<EdgeEntry>(entries).ToArray()));
        }

        _changed.Clear();
        return pages;
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        foreach (var page in pages)
        {
            _ = _changed.Add((int)page.Id);
        }
    }

    /// <summary>Writes everything learned into a graph.</summary>
    public void Fill(ServingModel model)
    {
        using var pin = serving.Epochs.Pin();
        for (var cluster = model.ClusterIdBase; cluster < Math.Min(_ledger.ClusterBound, model.ClusterIdBase + model.Clusters); cluster++)
        {
            var edges = Edges(cluster);
            foreach (ref var edge in edges.AsSpan())
            {
                Write(model, ref edge);
            }
        }
    }

    /// <summary>What was learned about one edge goes into a graph that has just got it.</summary>
    public void Fill(ServingModel model, int cluster, int row)
    {
        ref var edge = ref _ledger.Find(cluster, row);
        if (!Unsafe.IsNullRef(ref edge))
        {
            Write(model, ref edge);
        }
    }

    /// <summary>An edge as the outside sees it; null when nothing was learned and no graph has it.</summary>
    public EdgeDocument? Describe(int cluster, int row)
    {
        ref var edge = ref _ledger.Find(cluster, row);
        if (!Unsafe.IsNullRef(ref edge))
        {
            const double Unit = 1.0 / (65535.0 * 65535.0);
            return new EdgeDocument(cluster, edge.D * Unit, edge.B * Unit, edge.D == 0 ? 0 : (double)edge.B / edge.D);
        }

        var current = serving.IsServing ? serving.Current : null;
        return current is not null && current.Has(cluster) && current.Table.Contains(cluster - current.ClusterIdBase, row)
            ? new EdgeDocument(cluster, 0, 0, 0)
            : null;
    }

    /// <summary>Edges with at least one impression.</summary>
    public int Count => _ledger.Count;

    /// <summary>One more than the highest cluster that may have edges here.</summary>
    public int ClusterBound => Math.Max(_ledger.ClusterBound, serving.IsServing ? serving.Current.ClusterIdBase + serving.Current.Clusters : 0);

    /// <inheritdoc/>
    public void Dispose() => _ledger.Dispose();

    /// <summary>Edges lie anywhere in memory: what the updates ahead will touch is fetched while this one is added.</summary>
    void Prefetch(IReadOnlyList<ServingModel> live, ReadOnlySpan<EdgeUpdate> edges, int at)
    {
        if (at + LedgerAhead < edges.Length)
        {
            _ledger.Prefetch(edges[at + LedgerAhead].Cluster, edges[at + LedgerAhead].Row);
        }

        if (at + TableAhead < edges.Length)
        {
            ref readonly var update = ref edges[at + TableAhead];
            ref var edge = ref _ledger.Find(update.Cluster, update.Row);
            for (var model = 0; model < live.Count && !Unsafe.IsNullRef(ref edge); model++)
            {
                if (live[model].Has(update.Cluster))
                {
                    live[model].Table.Prefetch(update.Cluster - live[model].ClusterIdBase, edge.Place);
                }
            }
        }
    }

    static void Write(ServingModel model, ref EdgeStatistics edge)
    {
        if (model.Has(edge.Cluster))
        {
            _ = model.Table.Write(edge.Cluster - model.ClusterIdBase, edge.Row, edge.Value, ref edge.Place);
        }
    }

    EdgeStatistics[] Edges(int cluster)
    {
        var edges = new EdgeStatistics[_ledger.CountOf(cluster)];
        _ = _ledger.CopyCluster(cluster, edges);
        return edges;
    }
}
