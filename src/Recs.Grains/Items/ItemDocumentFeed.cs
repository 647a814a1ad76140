using System.Buffers;
using System.Text.Json;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Schema.Http;
using Recs.Schema.Messages;

namespace Recs.Grains.Items;

/// <summary>A shard's items as replicas follow them, out of the silo's catalogue.</summary>
sealed class ItemDocumentFeed(Catalogue catalogue, int shard) : IFeedSource
{
    const int ChangesKept = 1 << 16;

    readonly ChangeRing<int> _recent = new(ChangesKept);

    /// <inheritdoc/>
    public long Sequence => _recent.Sequence;

    /// <summary>An item was written.</summary>
    public void Add(int row) => _recent.Add(row);

    /// <inheritdoc/>
    /// <remarks>A page is a row.</remarks>
    public (byte[] Payload, long NextPage) Copy(long page)
    {
        var payload = new ArrayBufferWriter<byte>();
        var row = page == 0 ? shard : page;
        for (; row < catalogue.RowCount && payload.WrittenCount < FeedChunk.BytesMax; row += Shards.ItemCount)
        {
            Append(payload, (int)row);
        }

        return (payload.WrittenSpan.ToArray(), row < catalogue.RowCount ? row : -1);
    }

    /// <inheritdoc/>
    public byte[]? Changes(long after)
    {
        if (_recent.After(after) is not { } rows)
        {
            return null;
        }

        var payload = new ArrayBufferWriter<byte>();
        foreach (var row in rows)
        {
            Append(payload, row);
        }

        return payload.WrittenSpan.ToArray();
    }

    void Append(ArrayBufferWriter<byte> payload, int row)
    {
        if (catalogue.Entry(row) is { } entry)
        {
            var json = entry.Document is null ? [] : JsonSerializer.SerializeToUtf8Bytes(entry.Document, RecsJson.Default.ItemDocument);
            ItemDocuments.Write(payload, row, entry.Id, json);
        }
    }
}
