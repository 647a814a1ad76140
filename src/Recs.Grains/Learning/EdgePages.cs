using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Recs.Grains.Replication;
using Recs.Matching.Graph;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Schema.Snapshots;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>A shard's exact edge statistics, one page a cluster.</summary>
sealed class EdgePages : IShardStatistics, IDisposable
{
    const int ChangesKept = 1 << 16;
    const int LedgerAhead = 16;

    readonly HashSet<int> _changed = [];
    readonly ChangeRing<(int Cluster, int Row)> _recent = new(ChangesKept);
    EdgeLedger _ledger = new();

    /// <inheritdoc/>
    public long Sequence => _recent.Sequence;

    /// <summary>Edges with at least one impression.</summary>
    public int Count => _ledger.Count;

    /// <summary>One more than the highest cluster that has edges here.</summary>
    public int ClusterBound => _ledger.ClusterBound;

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        _ledger.Dispose();
        _ledger = new EdgeLedger();
        _changed.Clear();
        _recent.Skip();
        foreach (var page in pages)
        {
            foreach (ref readonly var entry in SnapshotPages.Entries<EdgeEntry>(page.Payload.Span))
            {
                ref var edge = ref _ledger.At((int)page.Id, entry.Row);
                (edge.D, edge.B, edge.W, edge.P) = (entry.Precision, entry.Reward, entry.Weight, entry.Prior);
            }
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        var edges = MemoryMarshal.Cast<byte, EdgeUpdate>(updates);
        for (var at = 0; at < edges.Length; at++)
        {
            if (at + LedgerAhead < edges.Length)
            {
                _ledger.Prefetch(edges[at + LedgerAhead].Cluster, edges[at + LedgerAhead].Row);
            }

            ref readonly var update = ref edges[at];
            ref var edge = ref _ledger.At(update.Cluster, update.Row);
            if (update.Kind == UpdateKind.Impression)
            {
                edge.AddImpression(update.Weight, update.Prior);
            }
            else
            {
                edge.AddReward(update.Weight, update.Kind == UpdateKind.Penalty ? -update.Reward : update.Reward);
            }

            _ = _changed.Add(update.Cluster);
            _recent.Add((update.Cluster, update.Row));
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

            pages.Add(new Page(cluster, SnapshotPages.Payload<EdgeEntry>(entries)));
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

    /// <inheritdoc/>
    /// <remarks>A page is a cluster.</remarks>
    public (byte[] Payload, long NextPage) Copy(long page)
    {
        var payload = new ArrayBufferWriter<byte>();
        var cluster = (int)page;
        for (; cluster < _ledger.ClusterBound && payload.WrittenCount < FeedChunk.BytesMax; cluster++)
        {
            foreach (ref readonly var edge in Edges(cluster).AsSpan())
            {
                Append(payload, edge);
            }
        }

        return (payload.WrittenSpan.ToArray(), cluster < _ledger.ClusterBound ? cluster : -1);
    }

    /// <inheritdoc/>
    public byte[]? Changes(long after)
    {
        if (_recent.After(after) is not { } keys)
        {
            return null;
        }

        var payload = new ArrayBufferWriter<byte>(Math.Max(1, keys.Count * Unsafe.SizeOf<EdgeState>()));
        foreach (var (cluster, row) in keys)
        {
            Append(payload, _ledger.Find(cluster, row));
        }

        return payload.WrittenSpan.ToArray();
    }

    /// <summary>An edge as the outside sees it; null when nothing was learned about it.</summary>
    public EdgeDocument? Describe(int cluster, int row)
    {
        const double Unit = 1.0 / (65535.0 * 65535.0);
        ref var edge = ref _ledger.Find(cluster, row);
        return Unsafe.IsNullRef(ref edge)
            ? null
            : new EdgeDocument(cluster, edge.D * Unit, edge.B * Unit, edge.D == 0 ? 0 : (double)edge.B / edge.D);
    }

    /// <inheritdoc/>
    public void Dispose() => _ledger.Dispose();

    static void Append(ArrayBufferWriter<byte> payload, in EdgeStatistics edge)
    {
        var state = new EdgeState(edge.Cluster, edge.Row, edge.D, edge.B, edge.W, edge.P);
        payload.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<EdgeState>(in state)));
    }

    EdgeStatistics[] Edges(int cluster)
    {
        var edges = new EdgeStatistics[_ledger.CountOf(cluster)];
        _ = _ledger.CopyCluster(cluster, edges);
        return edges;
    }
}
