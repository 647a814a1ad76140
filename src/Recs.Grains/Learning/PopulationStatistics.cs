using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>Sums over the whole population and the prior, one page.</summary>
sealed class PopulationStatistics(RecsMetrics metrics) : IShardStatistics
{
    const int SumsBytes = 528;
    const int PriorBytes = (3 * sizeof(double)) + sizeof(long);
    const int PageBytes = SumsBytes + PriorBytes;

    // Log-odds of one reward in ten: where the regression starts in an empty store.
    const double FirstIntercept = -2.197;

    readonly PriorRegression _prior = new();
    PopulationSums _sums;
    long _model;

    /// <inheritdoc/>
    public long Sequence { get; private set; }

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        (_sums, _model) = (default, 0);
        _prior.Restore(FirstIntercept, 1, 0);
        if (pages.Count > 0)
        {
            var page = pages[0].Payload.Span;
            _sums = PopulationSums.Read(page, out var rest);
            _prior.Restore(
                BinaryPrimitives.ReadDoubleLittleEndian(rest),
                BinaryPrimitives.ReadDoubleLittleEndian(rest[8..]),
                BinaryPrimitives.ReadDoubleLittleEndian(rest[16..]));
            _model = rest.Length < PriorBytes ? 0 : BinaryPrimitives.ReadInt64LittleEndian(rest[24..]);
        }

        Sequence++;
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

        Sequence++;
    }

    /// <summary>Takes over the prior fitted with a model that has come to serve.</summary>
    /// <returns>False when that model has been taken into account already.</returns>
    public bool Rebase(long model, double intercept, double slope, int pairs)
    {
        if (model == _model)
        {
            return false;
        }

        _model = model;
        if (pairs > 0)
        {
            // The fit counts as experience: the next impressions refine it and do not overthrow it.
            _prior.Restore(intercept, slope, Math.Max(_prior.Count, pairs));
        }

        Sequence++;
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Page> TakeChanged() => [new Page(0, Encode())];

    /// <inheritdoc/>
    public (byte[] Payload, long NextPage) Copy(long page) => (Encode(), -1);

    /// <inheritdoc/>
    public byte[]? Changes(long after) => Encode();

    /// <summary>Sums and prior out of an encoded page.</summary>
    public static (PopulationSums Sums, Prior Prior) Decode(ReadOnlySpan<byte> page) => (
        MemoryMarshal.Read<PopulationSums>(page),
        new Prior(
            (float)BinaryPrimitives.ReadDoubleLittleEndian(page[SumsBytes..]),
            (float)BinaryPrimitives.ReadDoubleLittleEndian(page[(SumsBytes + 8)..])));

    byte[] Encode()
    {
        Debug.Assert(Unsafe.SizeOf<PopulationSums>() == SumsBytes, "the stored layout is fixed");
        var page = new byte[PageBytes];
        MemoryMarshal.Write(page, in _sums);
        BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(SumsBytes), _prior.Intercept);
        BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(SumsBytes + 8), _prior.Slope);
        BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(SumsBytes + 16), _prior.Count);
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(SumsBytes + 24), _model);
        return page;
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        // There is one page and every save writes it.
    }
}
