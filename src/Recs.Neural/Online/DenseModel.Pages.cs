using System.Buffers;

namespace Recs.Neural.Online;

/// <content>Pages to store: one of everything that is not a row, and those of the clusters. A model restored from them goes on bit for bit.</content>
public sealed partial class DenseModel
{
    const uint Magic = 0x334D4C4F;

    bool _isHeadChanged;

    /// <summary>What has changed since the last call. O(changed rows + parameters).</summary>
    public IReadOnlyList<(long Id, byte[] Payload)> TakeChanged()
    {
        List<(long, byte[])> changed = _isHeadChanged ? [(ModelPage.HeadOf(0), Head())] : [];
        _isHeadChanged = false;
        ModelPage.AddChanged(changed, TableKind.Clusters, Clusters, 0);
        return changed;
    }

    /// <summary>Notes pages as changed again, after storing them failed.</summary>
    public void MarkChanged(IEnumerable<long> pages)
    {
        foreach (var page in pages)
        {
            if (ModelPage.TableOf(page) is TableKind.None)
            {
                _isHeadChanged = true;
                continue;
            }

            Clusters.MarkPage(ModelPage.NumberOf(page));
        }
    }

    /// <summary>Builds a model from stored pages.</summary>
    /// <param name="pages">Every page stored since the model was new, those of row shards are left out; none for a new one.</param>
    /// <param name="options">Of the same sizes. Rates and limits may differ.</param>
    /// <exception cref="InvalidDataException">The pages are of another shape; the message says what.</exception>
    public static DenseModel FromPages(IReadOnlyCollection<(long Id, ReadOnlyMemory<byte> Payload)> pages, OnlineOptions options)
    {
        var head = pages.Where(page => page.Id == ModelPage.HeadOf(0)).Select(page => page.Payload).FirstOrDefault();
        if (head.IsEmpty)
        {
            return new DenseModel(options);
        }

        var rest = head.Span;
        var shape = ModelPage.Take<uint>(ref rest);
        var expected = Fingerprint(options);
        if (!shape.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"the stored model has the sizes {string.Join(' ', shape.Skip(1))}, not {string.Join(' ', expected.Skip(1))}");
        }

        var clusters = RowTables.Restored(
            options, TableKind.Clusters, shards: 1, ModelPage.Take<byte>(ref rest), ModelPage.Rows(pages, TableKind.Clusters));
        var model = new DenseModel(options, clusters);
        model.Restore(ref rest);
        return model;
    }

    byte[] Head()
    {
        var output = new ArrayBufferWriter<byte>();
        ModelPage.Put<uint>(output, Fingerprint(_options));
        ModelPage.Put<byte>(output, Clusters.HeadPage());
        ModelPage.Put(output, [_seconds, _trainer.Steps, Refused]);
        ModelPage.Put<double>(output, _rewards);
        ModelPage.Put<float>(output, _network.Parameters);
        ModelPage.Put<float>(output, _trainer.State);
        ModelPage.Put<float>(output, Confidence.Sums);
        ModelPage.Put<float>(output, LastLayer.Sums);
        return output.WrittenSpan.ToArray();
    }

    void Restore(ref ReadOnlySpan<byte> rest)
    {
        var counts = ModelPage.Take<long>(ref rest);
        (_seconds, _planned, _trainer.Steps, Refused) = ((uint)counts[0], (uint)counts[0], counts[1], counts[2]);
        ModelPage.Take<double>(ref rest).CopyTo(_rewards.AsSpan());
        ModelPage.Take<float>(ref rest).CopyTo(_network.Parameters);
        ModelPage.Take<float>(ref rest).CopyTo(_trainer.State);
        ModelPage.Take<float>(ref rest).CopyTo(Confidence.Sums);
        ModelPage.Take<float>(ref rest).CopyTo(LastLayer.Sums.AsSpan());
        Heads.Learn(_rewards);
    }

    static uint[] Fingerprint(OnlineOptions options) =>
    [
        Magic, (uint)options.Width, .. options.Hidden.Select(units => (uint)units), (uint)options.HeadWeights.Count,
        (uint)options.Trunk.Kind, (uint)options.RowOptimizer, (uint)options.Loss, (uint)options.Admission, options.IsStacked ? 1u : 0,
    ];
}
