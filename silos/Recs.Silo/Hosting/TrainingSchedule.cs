using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Schema.Messages;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>
/// Trains inside the silo: a first model as soon as a catalogue, and perhaps its history, has been loaded and nothing has
/// been decided yet, and further ones from the log at the configured interval.
/// </summary>
sealed partial class TrainingSchedule(
    StoreTraining training,
    ModelSwap swap,
    Catalogue catalogue,
    IEventLog log,
    PopulationCell population,
    IModelStore models,
    RetrainingOptions options,
    TimeProvider time,
    ILogger<TrainingSchedule> logger) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _training = new(1);

    /// <summary>Trains now and serves the result.</summary>
    public async Task Train(CancellationToken cancel)
    {
        await _training.WaitAsync(cancel);
        try
        {
            var started = time.GetTimestamp();
            if (await training.Run(cancel) is { } refusal)
            {
                LogRefused(refusal);
                return;
            }

            await swap.Refresh(cancel);
            LogTrained(time.GetElapsedTime(started).TotalSeconds);
        }
        finally
        {
            _training.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _training.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var trainedAt = time.GetTimestamp();
        var bootstrap = options.Bootstrap && (await models.ListAsync(stoppingToken)).Count <= 1;
        var loaded = (Items: 0, Rows: 0L);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // Quiet for a tick: an import is better trained on whole.
                var now = (Items: catalogue.Count, Rows: await LogRows(stoppingToken));
                var settled = now.Items > 0 && now == loaded;
                loaded = now;
                bootstrap = bootstrap && NothingDecided();
                var isDue = options.IntervalMinutes > 0
                    && time.GetElapsedTime(trainedAt) > TimeSpan.FromMinutes(options.IntervalMinutes);
                if ((bootstrap && settled) || isDue)
                {
                    bootstrap = false;
                    trainedAt = time.GetTimestamp();
                    await TrainSafely(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    async Task TrainSafely(CancellationToken cancel)
    {
        try
        {
            await Train(cancel);
        }
        catch (Exception reason) when (reason is IOException or InvalidDataException or OrleansException)
        {
            LogFailed(reason);
        }
    }

    bool NothingDecided()
    {
        var sums = population.Sums;
        for (var policy = 0; policy < PopulationSums.PolicyCountMax; policy++)
        {
            if (sums.Impressions[policy] != 0 || sums.Rewards[policy] != 0)
            {
                return false;
            }
        }

        return true;
    }

    async Task<long> LogRows(CancellationToken cancel)
    {
        var rows = 0L;
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            rows += await log.EndAsync(partition, cancel);
        }

        return rows;
    }

    [LoggerMessage(LogLevel.Information, "A model was trained and serves, after {Seconds:F1} s.")]
    partial void LogTrained(double seconds);

    [LoggerMessage(LogLevel.Warning, "No model was trained: {Reason}")]
    partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Error, "Training failed; the model before goes on.")]
    partial void LogFailed(Exception reason);
}
