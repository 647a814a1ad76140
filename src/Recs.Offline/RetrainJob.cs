using Recs.Offline.Archives;
using Recs.Offline.Checkpoints;
using Recs.Offline.Gates;
using Recs.Offline.Joins;
using Recs.Offline.Models;
using Recs.Schema.Models;
using Recs.Storage;

namespace Recs.Offline;

/// <summary>A training from stored data to a stored model: what the trainer runs, and the silo that trains itself.</summary>
/// <param name="catalogue">Items.</param>
/// <param name="log">What viewers did.</param>
/// <param name="models">Models; the active one is the parent.</param>
/// <param name="time">The clock.</param>
public sealed class RetrainJob(ICatalogueStore catalogue, IEventLog log, IModelStore models, TimeProvider time)
{
    // A gate that draws other pairs every time would refuse today what it lets pass tomorrow.
    const ulong PairsSeed = 1;

    /// <summary>Reads, trains, judges and stores the model; it is served as the order says, unless a gate refuses it.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="progress">Told where it is.</param>
    /// <param name="cancel">Gives up; nothing is stored then.</param>
    /// <exception cref="InvalidDataException">Something stored is damaged; the message says what.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public async Task<RetrainJobResult> RunAsync(RetrainOrder order, IProgress<RetrainProgress>? progress, CancellationToken cancel)
    {
        var (options, bounds, share) = (order.Options, order.Bounds, order.Share);
        var active = await models.ActiveAsync(cancel);
        var checkpoints = order.Checkpoints is null ? null
            : TrainingCheckpoints.Open(order.Checkpoints, await PlanAsync(active, order, cancel));
        var now = checkpoints?.Plan.Now ?? time.GetUtcNow();
        var data = order.Archive is null
            ? await ReadAsync(bounds, order.Window, now, progress, cancel, checkpoints?.Plan.LogEnds)
            : await ParquetArchive.ReadAsync(order.Archive, bounds.Attribution, bounds.RowsMax, progress, cancel);
        checkpoints?.Bind(data.Items, data.Interactions);
        var previous = active is { } parent ? await StoredModels.LoadAsync(models, parent, cancel) : null;
        var input = new RetrainInput(data.Items, data.Interactions, previous)
        {
            Next = await NextNumbersAsync(cancel),
            Now = now,
            Checkpoints = checkpoints,
        };

        var result = Retrain.Run(input, options, time, progress, cancel);
        if (!result.IsTrained)
        {
            return new(result, null, null, false, false);
        }

        progress?.Report(new("gates", 0, 1));
        var report = Judge(result.Model, previous, data, bounds, now);
        progress?.Report(new("gates", 1, 1));

        progress?.Report(new("store", 0, 1));
        var manifest = ModelJson.Write(result.Manifest with { Judgement = report });
        var version = await models.AddAsync(active, manifest, ModelCodec.Write(result.Model), cancel);
        var isActive = share >= 1 && !report.Refused && await models.ActivateAsync(version, cancel);
        var isCanary = share is > 0 and < 1 && !report.Refused && await models.StartCanaryAsync(version, share, cancel);
        checkpoints?.Complete();
        progress?.Report(new("store", 1, 1));
        return new(result, report, version, isActive, isCanary) { Resumed = checkpoints?.Found ?? [] };
    }

    /// <summary>Judges a stored model by the log as it is now; what is stored of it stays as it is.</summary>
    /// <param name="version">The model.</param>
    /// <param name="bounds">Bounds of the gates.</param>
    /// <param name="window">How much of the log counts, by when it was written; null for all.</param>
    /// <param name="progress">Told where it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The report; null when there is no such version.</returns>
    /// <remarks>It is compared with its parent. A parent that is not stored any more cannot be compared with.</remarks>
    /// <exception cref="InvalidDataException">Something stored is damaged; the message says what.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public async Task<GateReport?> EvaluateAsync(
        long version, GateOptions bounds, TimeSpan? window, IProgress<RetrainProgress>? progress, CancellationToken cancel)
    {
        var listed = await models.ListAsync(cancel);
        if (listed.FirstOrDefault(model => model.Version == version) is not { } stored)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var candidate = await StoredModels.LoadAsync(models, version, cancel);
        var parent = stored.Parent is { } number && listed.Any(model => model.Version == number)
            ? await StoredModels.LoadAsync(models, number, cancel)
            : null;
        var data = await ReadAsync(bounds, window, now, progress, cancel);
        progress?.Report(new("gates", 0, 1));
        var report = Judge(candidate, parent, data, bounds, now);
        progress?.Report(new("gates", 1, 1));
        return report;
    }

    static GateReport Judge(ModelFile model, ModelFile? parent, StoredData data, GateOptions bounds, DateTimeOffset now) =>
        ModelGates.Run(new(model, parent, data.Items, data.Interactions, data.Feedback, data.Extent, now, PairsSeed), bounds);

    Task<StoredData> ReadAsync(
        GateOptions bounds, TimeSpan? window, DateTimeOffset now, IProgress<RetrainProgress>? progress,
        CancellationToken cancel, IReadOnlyList<long>? ends = null) => StoredData.ReadAsync(
            catalogue, log, window is { } span ? now - span : DateTimeOffset.MinValue, now, bounds.Attribution,
            bounds.RowsMax, progress, cancel, ends);

    async Task<TrainingPlan> PlanAsync(long? parent, RetrainOrder order, CancellationToken cancel)
    {
        var ends = new long[log.Partitions];
        for (var partition = 0; partition < ends.Length; partition++)
        {
            ends[partition] = await log.EndAsync(partition, cancel);
        }

        // The result does not depend on the threads, and not on where it is kept.
        var settings = order with { Options = order.Options with { Threads = 0 }, Checkpoints = null };
        return new(time.GetUtcNow(), ends, parent, settings.ToString());
    }

    async Task<LineageNumbers> NextNumbersAsync(CancellationToken cancel) =>
        LineageNumbers.After([.. (await models.ListAsync(cancel)).Select(StoredModels.Manifest)]);
}
