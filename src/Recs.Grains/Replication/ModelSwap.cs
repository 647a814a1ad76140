using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Schema.Models;
using Recs.Storage;

namespace Recs.Grains.Replication;

/// <summary>
/// Serves the model that storage names as active: builds its tables beside the ones that serve, fills them from this silo's
/// replica, which goes on writing into both, and exchanges one reference.
/// </summary>
public sealed partial class ModelSwap(
    IModelStore models,
    ServingState serving,
    Catalogue catalogue,
    CatalogueReplica items,
    EdgeReplica edges,
    IGrainFactory grains,
    ServingOptions options,
    TimeProvider time,
    ILogger<ModelSwap> logger) : BackgroundService
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    // Longer than any request runs: only then can no request be inside the vectors of the model before.
    static readonly TimeSpan RetireAfter = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim _swapping = new(1);

    /// <summary>Serves the active model now, if it does not serve already.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        await _swapping.WaitAsync(cancel);
        try
        {
            var active = await models.ActiveAsync(cancel);
            if (active is not { } version || (serving.IsServing && serving.Current.Version == version))
            {
                return;
            }

            var payload = await models.LoadAsync(version, cancel)
                ?? throw new InvalidDataException($"Model {version} is active and has no file.");
            var file = ModelCodec.Read(payload.Span, version);
            await grains.GetGrain<ILinearShard>(0).Fit(file.ClusterIdBase, file.Clusters);
            Serve(new ServingModel(file, serving.Epochs, options.GraphLimits));
            await grains.GetGrain<IPopulationShard>(0).Rebase(version, file.PriorIntercept, file.PriorSlope, file.PriorPairs);
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

    void Serve(ServingModel next)
    {
        serving.Prepare(next);
        items.Place(next, catalogue.After(-1));
        edges.Fill(next);
        var previous = serving.Publish(next);
        LogServed(next.Version, next.Clusters, next.Table.EdgeCount);
        if (previous is not null)
        {
            _ = Retire(previous);
        }
    }

    async Task Retire(ServingModel previous)
    {
        await Task.Delay(RetireAfter, time);
        previous.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Model {Version} serves: {Clusters} clusters, {Edges} edges.")]
    partial void LogServed(long version, int clusters, long edges);

    [LoggerMessage(LogLevel.Error, "The active model cannot be served; the one before goes on.")]
    partial void LogNotServed(Exception reason);
}
