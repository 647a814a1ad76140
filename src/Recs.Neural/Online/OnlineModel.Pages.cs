using System.Buffers;
using System.Runtime.InteropServices;

using Recs.Neural.Tables;

namespace Recs.Neural.Online;

/// <content>
/// Pages to store. A page of rows has the table's number in its upper 16 bits; page 0 has everything that is not a row. A model
/// restored from them goes on bit for bit.
/// </content>
public sealed partial class OnlineModel
{
    const long HeadPage = 0;
    const int TableShift = 48;
    const uint Magic = 0x324D4C4F;

    readonly List<int> _pages = [];
    bool _isHeadChanged;

    /// <summary>What has changed since the last call. O(changed rows + parameters).</summary>
    public IReadOnlyList<(long Id, byte[] Payload)> TakeChanged()
    {
        List<(long, byte[])> changed = _isHeadChanged ? [(HeadPage, Head())] : [];
        _isHeadChanged = false;
        foreach (var (kind, table) in Tables())
        {
            _pages.Clear();
            table.TakeChangedPages(_pages);
            changed.AddRange(_pages.Select(page => (((long)kind << TableShift) | (uint)page, table.PageOf(page))));
        }

        return changed;
    }

    /// <summary>Notes pages as changed again, after storing them failed.</summary>
    public void MarkChanged(IEnumerable<long> pages)
    {
        foreach (var page in pages)
        {
            if (page == HeadPage)
            {
                _isHeadChanged = true;
                continue;
            }

            TableOf((TableKind)(page >> TableShift)).MarkPage((int)(page & ((1L << TableShift) - 1)));
        }
    }

    /// <summary>Builds a model from stored pages.</summary>
    /// <param name="pages">Every page stored since the model was new; none for a new one.</param>
    /// <param name="options">Of the same sizes. Rates and limits may differ.</param>
    /// <exception cref="InvalidDataException">The pages are of another shape; the message says what.</exception>
    public static OnlineModel FromPages(IReadOnlyCollection<(long Id, ReadOnlyMemory<byte> Payload)> pages, OnlineOptions options)
    {
        var heads = pages.Where(page => page.Id == HeadPage).ToArray();
        if (heads.Length == 0)
        {
            return new OnlineModel(options);
        }

        var rest = heads[0].Payload.Span;
        var shape = Take<uint>(ref rest);
        var expected = Fingerprint(options);
        if (!shape.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"the stored model has the sizes {string.Join(' ', shape.Skip(1))}, not {string.Join(' ', expected.Skip(1))}");
        }

        var tables = new EmbeddingTable[4];
        foreach (var kind in Enum.GetValues<TableKind>())
        {
            tables[(int)kind - 1] = EmbeddingTable.FromPages(
                Take<byte>(ref rest),
                pages.Where(page => page.Id >> TableShift == (int)kind).Select(page => ((int)(page.Id & ((1L << TableShift) - 1)), page.Payload)),
                Shape(options, kind), Admission(options, kind));
        }

        var model = new OnlineModel(options, tables[0], tables[1], tables[2], tables[3]);
        model.Restore(ref rest);
        return model;
    }

    byte[] Head()
    {
        var output = new ArrayBufferWriter<byte>();
        Put<uint>(output, Fingerprint(_options));
        foreach (var (_, table) in Tables())
        {
            Put<byte>(output, table.HeadPage());
        }

        Put(output, [_seconds, _trainer.Steps, Refused]);
        Put<double>(output, _rewards);
        Put<float>(output, _network.Parameters);
        Put<float>(output, _trainer.State);
        Put<float>(output, Confidence.Sums);
        Put<float>(output, LastLayer.Sums);
        return output.WrittenSpan.ToArray();
    }

    void Restore(ref ReadOnlySpan<byte> rest)
    {
        var counts = Take<long>(ref rest);
        (_seconds, _trainer.Steps, Refused) = ((uint)counts[0], counts[1], counts[2]);
        Take<double>(ref rest).CopyTo(_rewards.AsSpan());
        Take<float>(ref rest).CopyTo(_network.Parameters);
        Take<float>(ref rest).CopyTo(_trainer.State);
        Take<float>(ref rest).CopyTo(Confidence.Sums);
        Take<float>(ref rest).CopyTo(LastLayer.Sums.AsSpan());
        Heads.Learn(_rewards);
    }

    IEnumerable<(TableKind Kind, EmbeddingTable Table)> Tables() => Enum.GetValues<TableKind>().Select(kind => (kind, TableOf(kind)));

    EmbeddingTable TableOf(TableKind kind) => kind switch
    {
        TableKind.Viewers => Viewers,
        TableKind.Items => Items,
        TableKind.Clusters => Clusters,
        _ => _edges.Table,
    };

    static uint[] Fingerprint(OnlineOptions options) =>
    [
        Magic, (uint)options.Width, .. options.Hidden.Select(units => (uint)units), (uint)options.HeadWeights.Count,
        (uint)options.Trunk.Kind, (uint)options.Loss, (uint)options.Admission, options.IsStacked ? 1u : 0,
    ];

    static void Put<T>(ArrayBufferWriter<byte> output, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        MemoryMarshal.Write(output.GetSpan(sizeof(int)), bytes.Length);
        output.Advance(sizeof(int));
        output.Write(bytes);
    }

    internal static T[] Take<T>(ref ReadOnlySpan<byte> input)
        where T : unmanaged
    {
        if (input.Length < sizeof(int) || MemoryMarshal.Read<int>(input) is var length && (uint)length > input.Length - sizeof(int))
        {
            throw new InvalidDataException("the stored model is cut off");
        }

        var values = MemoryMarshal.Cast<byte, T>(input.Slice(sizeof(int), length)).ToArray();
        input = input[(sizeof(int) + length)..];
        return values;
    }
}
