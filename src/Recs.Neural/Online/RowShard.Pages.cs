using System.Buffers;

using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <content>Pages to store; a shard restored from them goes on bit for bit.</content>
public sealed partial class RowShard
{
    /// <summary>What has changed since the last call. O(changed rows).</summary>
    /// <param name="owner">Number of this shard in the pages' ids.</param>
    public IReadOnlyList<(long Id, byte[] Payload)> TakeChanged(int owner)
    {
        List<(long, byte[])> changed = [];
        for (var turn = 0; turn < _tables.Length; turn++)
        {
            ModelPage.AddChanged(changed, _kinds[turn], _tables[turn], owner);
        }

        // Whoever was not admitted has changed what admission remembers, and no row.
        if (_isHeadChanged)
        {
            _isHeadChanged = false;
            changed.Add((ModelPage.HeadOf(owner), Head()));
        }

        return changed;
    }

    /// <summary>Notes pages as changed again, after storing them failed.</summary>
    public void MarkChanged(IEnumerable<long> pages)
    {
        foreach (var page in pages)
        {
            _isHeadChanged = true;
            if (ModelPage.TableOf(page) is not TableKind.None and var kind)
            {
                Table(kind).MarkPage(ModelPage.NumberOf(page));
            }
        }
    }

    /// <summary>Builds a shard from stored pages.</summary>
    /// <param name="pages">Every page of this shard stored since it was new, none of others; empty for a new one.</param>
    /// <param name="options">Of the same sizes. Rates and limits may differ.</param>
    /// <param name="owner">Whose rows.</param>
    /// <param name="shards">How many such shards there are, as when they were stored.</param>
    /// <exception cref="InvalidDataException">The pages are of another shape; the message says what.</exception>
    public static RowShard FromPages(
        IReadOnlyCollection<(long Id, ReadOnlyMemory<byte> Payload)> pages, OnlineOptions options, RowOwner owner, int shards)
    {
        var heads = pages.Where(page => ModelPage.TableOf(page.Id) is TableKind.None).ToArray();
        if (heads.Length == 0)
        {
            return new RowShard(options, owner, shards);
        }

        var rest = heads[0].Payload.Span;
        var seconds = ModelPage.Take<uint>(ref rest)[0];
        List<EmbeddingTable> tables = [];
        foreach (var kind in Kinds(owner))
        {
            tables.Add(RowTables.Restored(options, kind, shards, ModelPage.Take<byte>(ref rest), ModelPage.Rows(pages, kind)));
        }

        return new RowShard(options, owner, [.. tables]) { _seconds = seconds };
    }

    byte[] Head()
    {
        var output = new ArrayBufferWriter<byte>();
        ModelPage.Put(output, [_seconds]);
        foreach (var table in _tables)
        {
            ModelPage.Put<byte>(output, table.HeadPage());
        }

        return output.WrittenSpan.ToArray();
    }
}
