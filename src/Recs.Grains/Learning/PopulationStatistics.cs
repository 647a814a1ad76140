using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>Sums over the whole population and the prior, one page. Publishes both to the silo after every block.</summary>
sealed class PopulationStatistics(PopulationCell cell, RecsMetrics metrics) : IShardStatistics
{
    const int SumsBytes = 272;
    const int PageBytes = SumsBytes + (3 * sizeof(double));

    // Log-odds of one reward in ten: where the regression starts in an empty store.
    const double FirstIntercept = -2.197;

    readonly PriorRegression _prior = new();
    PopulationSums _sums;

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        _sums = default;
        _prior.Restore(FirstIntercept, 1, 0);
        if (pages.Count > 0)
        {
            var page = pages[0].Payload.Span;
            _sums = MemoryMarshal.Read<PopulationSums>(page);
            _prior.Restore(
                BinaryPrimitives.ReadDoubleLittleEndian(page[SumsBytes..]),
                BinaryPrimitives.ReadDoubleLittleEndian(page[(SumsBytes + 8)..]),
                BinaryPrimitives.ReadDoubleLittleEndian(page[(SumsBytes + 16)..]));
        }

        Publish();
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> updates)
    {
        if (updates.IsEmpty)
        {
            return;
        }

        _sums.Add(MemoryMarshal.Read<PopulationSums>(updates));
        foreach (ref readonly var sample in MemoryMarshal.Cast<byte, PriorSample>(updates[SumsBytes..]))
        {
            var learned = sample.Kind == UpdateKind.Impression
                ? _prior.Impression(sample.Affinity)
                : _prior.Reward(sample.Affinity, sample.Reward / 65535.0);
            if (!learned)
            {
                metrics.PriorRefused.Add(1);
            }
        }

        Publish();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged()
    {
        var page = new byte[PageBytes];
        MemoryMarshal.Write(page, in _sums);
        BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(SumsBytes), _prior.Intercept);
        BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(SumsBytes + 8), _prior.Slope);
        BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(SumsBytes + 16), _prior.Count);
        return [new Page(0, page)];
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        // There is one page and every save writes it.
    }

    void Publish()
    {
        System.Diagnostics.Debug.Assert(Unsafe.SizeOf<PopulationSums>() == SumsBytes, "the stored layout is fixed");
        cell.Publish(_sums, new Prior((float)_prior.Intercept, (float)_prior.Slope));
    }
}
