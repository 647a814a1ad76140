using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Learning;

/// <summary>Sums over the whole population, and the prior and the tally of each model that served of late; one page.</summary>
sealed class PopulationStatistics(RecsMetrics metrics) : IShardStatistics
{
    const int SumsBytes = 528;
    const int TrialBytes = 2 * sizeof(long);

    // The active model, a canary, and the two before them: events of those still come.
    const int ModelsMax = 4;

    // Log-odds of one reward in ten: where the regression starts in an empty store.
    const double FirstIntercept = -2.197;

    readonly List<ModelExperience> _models = [];
    PopulationSums _sums;
    long _canary;
    long _trialStart;

    /// <inheritdoc/>
    public long Sequence { get; private set; }

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Page> pages)
    {
        (_sums, _canary, _trialStart) = (default, 0, 0);
        _models.Clear();
        if (pages.Count > 0)
        {
            _sums = PopulationSums.Read(pages[0].Payload.Span, out var rest);
            RestoreModels(rest);
        }
        else
        {
            var first = new ModelExperience(0);
            first.Prior.Restore(FirstIntercept, 1, 0);
            _models.Add(first);
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
            Learn(sample);
        }

        Sequence++;
    }

    /// <summary>Takes over the prior fitted with a model that has come to serve; others keep theirs.</summary>
    /// <returns>False when nothing has changed.</returns>
    public bool Rebase(long version, double intercept, double slope, int pairs)
    {
        if (_models[^1].Version == version)
        {
            return false;
        }

        if (Find(version) is { } known)
        {
            _ = _models.Remove(known);
            _models.Add(known);
        }
        else
        {
            var last = _models[^1].Prior;
            var model = new ModelExperience(version);
            if (pairs > 0)
            {
                // The fit counts as experience: the next impressions refine it and do not overthrow it.
                model.Prior.Restore(intercept, slope, Math.Max(last.Count, pairs));
            }
            else
            {
                model.Prior.Restore(last.Intercept, last.Slope, last.Count);
            }

            _models.Add(model);
            if (_models.Count > ModelsMax)
            {
                _models.RemoveAt(0);
            }
        }

        Sequence++;
        return true;
    }

    /// <summary>Starts or ends the trial of a canary; a start begins both models' tallies anew.</summary>
    /// <param name="active">Version it is compared with.</param>
    /// <param name="canary">Version on trial; 0 ends the trial.</param>
    /// <param name="now">Seconds since 1970; decisions from before do not count.</param>
    /// <returns>False when that trial is on already.</returns>
    public bool Trial(long active, long canary, long now)
    {
        if (canary == _canary)
        {
            return false;
        }

        _canary = canary;
        if (canary != 0)
        {
            _trialStart = now;
            Find(canary)?.ClearTally();
            if (Find(active) is { } model)
            {
                model.ClearTally();
                // Whatever is tried and taken back, the active model stays among the last.
                _ = _models.Remove(model);
                _models.Add(model);
            }
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

    /// <summary>What an encoded page says.</summary>
    public static PopulationView Decode(ReadOnlySpan<byte> page)
    {
        var rest = page[(SumsBytes + TrialBytes)..];
        var models = new ModelTally[rest.Length / ModelExperience.Bytes];
        for (var at = 0; at < models.Length; at++)
        {
            models[at] = ModelExperience.Decode(rest.Slice(at * ModelExperience.Bytes, ModelExperience.Bytes)).Tally;
        }

        return new(
            MemoryMarshal.Read<PopulationSums>(page),
            models,
            BinaryPrimitives.ReadInt64LittleEndian(page[SumsBytes..]),
            BinaryPrimitives.ReadInt64LittleEndian(page[(SumsBytes + 8)..]));
    }

    /// <inheritdoc/>
    public void MarkChanged(IReadOnlyList<Page> pages)
    {
        // There is one page and every save writes it.
    }

    void RestoreModels(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= ModelExperience.PriorBytes)
        {
            // A page from before there were canaries: one prior, of the model that served.
            _models.Add(ModelExperience.Decode(rest));
            return;
        }

        _canary = BinaryPrimitives.ReadInt64LittleEndian(rest);
        _trialStart = BinaryPrimitives.ReadInt64LittleEndian(rest[8..]);
        for (rest = rest[TrialBytes..]; rest.Length >= ModelExperience.Bytes; rest = rest[ModelExperience.Bytes..])
        {
            _models.Add(ModelExperience.Decode(rest[..ModelExperience.Bytes]));
        }
    }

    void Learn(in PriorSample sample)
    {
        // In an empty store the first decisions may be learned from before the shard is told of their model.
        var model = Find(sample.Model) ?? (_models[^1].Version == 0 ? _models[^1] : null);
        if (model is null)
        {
            return;
        }

        var learned = sample.Kind == UpdateKind.Impression
            ? model.Prior.Impression(sample.Affinity)
            : model.Prior.Reward(sample.Affinity, sample.SignedReward / 65535.0);
        if (!learned)
        {
            metrics.PriorRefused.Add(1);
        }

        if (sample.DecidedAt >= _trialStart)
        {
            model.Count(sample);
        }
    }

    ModelExperience? Find(long version) => _models.Find(model => model.Version == version);

    byte[] Encode()
    {
        Debug.Assert(Unsafe.SizeOf<PopulationSums>() == SumsBytes, "the stored layout is fixed");
        var page = new byte[SumsBytes + TrialBytes + (_models.Count * ModelExperience.Bytes)];
        MemoryMarshal.Write(page, in _sums);
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(SumsBytes), _canary);
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(SumsBytes + 8), _trialStart);
        var rest = page.AsSpan(SumsBytes + TrialBytes);
        foreach (var model in _models)
        {
            model.Encode(rest);
            rest = rest[ModelExperience.Bytes..];
        }

        return page;
    }
}
