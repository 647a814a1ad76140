using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

using Recs.Matching.Linear;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>The sums behind the linear policies, page 0 for all arms together and page row + 1 for an arm.</summary>
/// <remarks>A page is: first cluster (4), clusters C (4), the design's lower triangle and the moments as 64-bit integers.</remarks>
sealed class LinearStatistics(LinearArms arms) : IShardStatistics
{
    const int HeadBytes = 8;
    const int Pooled = -1;
    const int FirstRowAt = 1;

    const int BlocksKept = 1024;

    readonly HashSet<int> _changed = [];
    readonly byte[][] _blocks = new byte[BlocksKept][];

    /// <inheritdoc/>
    public long Sequence { get; private set; }

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        arms.Clear();
        _changed.Clear();
        Skip();
        foreach (var page in pages)
        {
            var payload = page.Payload.Span;
            var (first, clusters) = (BinaryPrimitives.ReadInt32LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[4..]));
            // Pages of clusters that serve no more may stay behind in storage: the pooled page, written with every
            // change, tells which clusters count.
            if (RowOf(page) == Pooled)
            {
                _ = arms.Reset(first, clusters);
            }
        }

        foreach (var page in pages)
        {
            var payload = page.Payload.Span;
            if (BinaryPrimitives.ReadInt32LittleEndian(payload) == arms.ClusterIdBase
                && BinaryPrimitives.ReadInt32LittleEndian(payload[4..]) == arms.Dimensions && arms.Dimensions > 0)
            {
                arms.Restore(RowOf(page), MemoryMarshal.Cast<byte, long>(payload[HeadBytes..]));
            }
        }

        arms.Publish();
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        if (updates.IsEmpty)
        {
            return;
        }

        _blocks[Sequence++ % BlocksKept] = updates.ToArray();
        Span<int> clusters = stackalloc int[byte.MaxValue];
        Span<ushort> weights = stackalloc ushort[byte.MaxValue];
        while (!updates.IsEmpty)
        {
            var (row, kind, reward, count) = LinearUpdate.Read(ref updates, clusters, weights);
            var isKept = kind == UpdateKind.Impression
                ? arms.AddImpression(row, clusters[..count], weights[..count])
                : arms.AddReward(row, clusters[..count], weights[..count], kind == UpdateKind.Penalty ? -reward : reward);
            if (isKept)
            {
                _ = _changed.Add(row);
            }
        }

        arms.Publish();
    }

    /// <summary>Fits another graph's clusters.</summary>
    /// <returns>False when they are the same.</returns>
    public bool Fit(int clusterIdBase, int clusters)
    {
        if (!arms.Reset(clusterIdBase, clusters))
        {
            return false;
        }

        _changed.Clear();
        Skip();
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged()
    {
        Page[] pages = [PageOf(Pooled), .. _changed.Select(PageOf)];
        _changed.Clear();
        return pages;
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages) =>
        _changed.UnionWith(pages.Select(RowOf).Where(row => row != Pooled && arms.Rows.Contains(row)));

    /// <inheritdoc/>
    /// <remarks>One piece: pieces of different moments would count the changes between them twice.</remarks>
    public (byte[] Payload, long NextPage) Copy(long page)
    {
        var payload = new ArrayBufferWriter<byte>();
        foreach (var row in (int[])[Pooled, .. arms.Rows])
        {
            var copied = PageOf(row);
            var head = payload.GetSpan(12);
            BinaryPrimitives.WriteInt64LittleEndian(head, copied.Id);
            BinaryPrimitives.WriteInt32LittleEndian(head[8..], copied.Payload.Length);
            payload.Advance(12);
            payload.Write(copied.Payload.Span);
        }

        return (payload.WrittenSpan.ToArray(), -1);
    }

    /// <inheritdoc/>
    public byte[]? Changes(long after)
    {
        if (Sequence - after > BlocksKept)
        {
            return null;
        }

        var payload = new ArrayBufferWriter<byte>();
        for (var at = after; at < Sequence; at++)
        {
            payload.Write(_blocks[at % BlocksKept]);
        }

        return payload.WrittenSpan.ToArray();
    }

    /// <summary>What happened is no sum of updates: replicas must copy.</summary>
    void Skip() => Sequence += BlocksKept + 1;

    static int RowOf(Page page) => (int)page.Id - FirstRowAt;

    Page PageOf(int row)
    {
        var payload = new byte[HeadBytes + (LinearArms.PageLength(arms.Dimensions) * sizeof(long))];
        BinaryPrimitives.WriteInt32LittleEndian(payload, arms.ClusterIdBase);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), arms.Dimensions);
        arms.CopyTo(row, MemoryMarshal.Cast<byte, long>(payload.AsSpan(HeadBytes)));
        return new Page(row + FirstRowAt, payload);
    }
}
