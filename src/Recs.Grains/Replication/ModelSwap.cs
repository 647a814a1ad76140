using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Telemetry;
using Recs.Schema.Models;
using Recs.Storage;

namespace Recs.Grains.Replication;

/// <summary>
/// Serves the model that storage names as active, and the canary beside it: builds a model's tables beside the ones that
/// serve, fills them from this silo's replica, which goes on writing into all, and exchanges one reference.
/// </summary>
public sealed partial class ModelSwap(
    IModelStore models,
    ServingState serving,
    Catalogue catalogue,
    CatalogueReplica items,
    EdgeReplica edges,
    IGrainFactory grains,
    ServingOptions options,
    RecsMetrics metrics,
    TimeProvider time,
    ILogger<ModelSwap> logger) : BackgroundService
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    // Longer than any request runs: only then can no request be inside the vectors of the model before.
    static readonly TimeSpan RetireAfter = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim _swapping = new(1);
    readonly HashSet<long> _damaged = [];
    ModelFile? _read;

    /// <summary>Serves what storage says shall be served, as far as it is not served already.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        await _swapping.WaitAsync(cancel);
        try
        {
            if (await models.ServedAsync(cancel) is not { } stored)
            {
                return;
            }

            var wanted = await Sound(stored, cancel);
            if (IsServed(wanted))
            {
                return;
            }

            var active = await Live(wanted.Active, cancel);
            if (!serving.IsServing || serving.Current != active || wanted.Canary is null)
            {
                // The linear policies' regression is over the active graph's clusters; a canary of others goes without.
                await grains.GetGrain<ILinearShard>(0).Fit(active.ClusterIdBase, active.Clusters);
                Publish(active, null, 0);
            }

            if (wanted.Canary is { } version)
            {
                Publish(active, await Live(version, cancel), wanted.CanaryShare);
            }

            await grains.GetGrain<IPopulationShard>(0).Trial(wanted.Active, wanted.Canary ?? 0);
        }
        finally
        {
            _swapping.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _swapping.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Refresh(stoppingToken);
                    serving.Epochs.Collect();
                }
                catch (Exception reason) when (reason is IOException or InvalidDataException or OrleansException)
                {
                    LogNotServed(reason);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; whatever serves goes on to its end.
        }
    }

    /// <summary>What is served in place of models that are damaged: of the active one its next sound ancestor, of a canary nothing.</summary>
    /// <exception cref="InvalidDataException">The active model and all before it are damaged.</exception>
    async Task<ServedModels> Sound(ServedModels stored, CancellationToken cancel)
    {
        var active = stored.Active;
        while (!await IsSound(active, cancel))
        {
            active = (await models.ListAsync(cancel)).FirstOrDefault(model => model.Version == active)?.Parent
                ?? throw new InvalidDataException($"Model {stored.Active} and all before it are damaged.");
        }

        return stored.Canary is { } canary && !await IsSound(canary, cancel)
            ? new ServedModels(active, null, 0)
            : stored with { Active = active };
    }

    /// <summary>Whether a model's file is what was written; read once, because it is built from the same bytes right after.</summary>
    async Task<bool> IsSound(long version, CancellationToken cancel)
    {
        if (_damaged.Contains(version))
        {
            return false;
        }

        try
        {
            _ = serving.Live.Any(model => model.Version == version) ? null : await Read(version, cancel);
            return true;
        }
        catch (Exception damaged) when (damaged is DamagedModelException or InvalidDataException)
        {
            _ = _damaged.Add(version);
            _ = metrics.Damage.Add($"model {version}: the one before it serves");
            LogDamaged(version, damaged.Message);
            return false;
        }
    }

    async Task<ModelFile> Read(long version, CancellationToken cancel)
    {
        if (_read is { } read && read.Version == version)
        {
            return read;
        }

        var payload = await models.LoadAsync(version, cancel)
            ?? throw new InvalidDataException($"Model {version} is to be served and has no file.");
        return _read = ModelCodec.Read(payload.Span, version);
    }

    bool IsServed(ServedModels wanted) =>
        serving.IsServing && serving.Current.Version == wanted.Active
        && serving.Canary?.Version == wanted.Canary && serving.CanaryShare == wanted.CanaryShare;

    /// <summary>A model with everything learned in it; one that serves already as it is.</summary>
    async Task<ServingModel> Live(long version, CancellationToken cancel)
    {
        if (serving.Live.FirstOrDefault(model => model.Version == version) is { } live)
        {
            return live;
        }

        var file = await Read(version, cancel);
        _read = null;
        await grains.GetGrain<IPopulationShard>(0).Rebase(version, file.PriorIntercept, file.PriorSlope, file.PriorPairs);
        var next = new ServingModel(file, serving.Epochs, options.GraphLimits);
        serving.Prepare(next);
        items.Place(next, [.. catalogue.After(-1)]);
        edges.Fill(next);
        return next;
    }

    void Publish(ServingModel active, ServingModel? canary, double share)
    {
        foreach (var previous in serving.Publish(active, canary, share))
        {
            _ = Retire(previous);
        }

        if (canary is null)
        {
            LogServed(active.Version, active.Clusters, active.Table.EdgeCount);
        }
        else
        {
            LogCanary(canary.Version, share);
        }
    }

    async Task Retire(ServingModel previous)
    {
        await Task.Delay(RetireAfter, time);
        previous.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Model {Version} serves: {Clusters} clusters, {Edges} edges.")]
    partial void LogServed(long version, int clusters, long edges);

    [LoggerMessage(LogLevel.Information, "Model {Version} is on trial with {Share:p1} of the viewers.")]
    partial void LogCanary(long version, double share);

    [LoggerMessage(LogLevel.Error, "Model {Version} is damaged in storage, and the one before it serves: {Reason}")]
    partial void LogDamaged(long version, string reason);

    [LoggerMessage(LogLevel.Error, "The active model cannot be served; the one before goes on.")]
    partial void LogNotServed(Exception reason);
}
