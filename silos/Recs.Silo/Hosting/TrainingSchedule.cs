using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Offline;
using Recs.Schema.Models;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>
/// Trains inside the silo: whenever the catalogue has been loaded, or has doubled since the model that serves, and further
/// from the log at the configured interval.
/// </summary>
sealed partial class TrainingSchedule(
    RetrainJob training,
    RetrainOptions settings,
    IModelStore models,
    ModelSwap swap,
    ServingState serving,
    Catalogue catalogue,
    IEventLog log,
    RetrainingOptions options,
    TimeProvider time,
    ISiloStatusOracle silos,
    ILogger<TrainingSchedule> logger) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // The pause between two requests of an import is shorter.
    static readonly TimeSpan QuietMin = TimeSpan.FromSeconds(4);

    // How long a catalogue must stand still before it counts as loaded although events keep coming.
    static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(20);

    readonly SemaphoreSlim _training = new(1);
    long _trainedAt;
    int _trainedItems;
    (int Items, long Rows, long At) _loaded;
    long _loadedRowsAt;

    /// <summary>Trains now and serves the result to everybody, unless its gates refuse it.</summary>
    public Task Train(CancellationToken cancel) => Train(1, cancel);

    async Task Train(double share, CancellationToken cancel)
    {
        await _training.WaitAsync(cancel);
        try
        {
            var started = time.GetTimestamp();
            (_trainedAt, _trainedItems) = (started, catalogue.Count);
            var done = await Task.Factory.StartNew(
                () => training.RunAsync(new RetrainOrder(settings, options.Gates) { Share = share }, null, cancel),
                cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            if (!done.IsActive && !done.IsCanary)
            {
                if (done.Judgement is { Refused: true } judgement)
                {
                    LogGated(done.Version, judgement.Reasons());
                }
                else
                {
                    LogRefused(done.Training.Refusal ?? "another model became active");
                }

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
        _trainedAt = time.GetTimestamp();
        _trainedItems = await ServedItems(stoppingToken);
        (_loaded, _loadedRowsAt) = ((0, 0, _trainedAt), _trainedAt);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Look(stoppingToken);
                }
                catch (Exception reason) when (reason is IOException or InvalidDataException or OrleansException or TimeoutException)
                {
                    LogFailed(reason);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>Items that the active model was trained on; none of one that is damaged, so that another is trained.</summary>
    async Task<int> ServedItems(CancellationToken cancel)
    {
        try
        {
            return await models.ActiveAsync(cancel) is { } version && await models.LoadAsync(version, cancel) is { } file
                ? ModelCodec.Read(file.Span, version).Items
                : 0;
        }
        catch (Exception reason) when (reason is IOException or InvalidDataException)
        {
            LogFailed(reason);
            return 0;
        }
    }

    /// <summary>One silo of a cluster trains: the one whose address sorts first.</summary>
    bool IsOldest() => silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Min()?.Equals(silos.SiloAddress) ?? true;

    /// <summary>Trains if it is time to.</summary>
    async Task Look(CancellationToken cancel)
    {
        var (items, rows) = (catalogue.Count, await LogRows(cancel));
        // An import is better trained on whole, its history included: wait until nothing has come for a while.
        if (items != _loaded.Items)
        {
            _loadedRowsAt = _loaded.At = time.GetTimestamp();
        }
        else if (rows != _loaded.Rows)
        {
            _loadedRowsAt = time.GetTimestamp();
        }

        var isSettled = time.GetElapsedTime(_loadedRowsAt) >= QuietMin || time.GetElapsedTime(_loaded.At) > QuietMax;
        (_loaded.Items, _loaded.Rows) = (items, rows);
        var hasGrown = options.Bootstrap && isSettled && items > 0 && items >= 2L * _trainedItems;
        // A trial is not cut short by the next candidate.
        var isDue = options.IntervalMinutes > 0 && serving.Canary is null
            && time.GetElapsedTime(_trainedAt) > TimeSpan.FromMinutes(options.IntervalMinutes);
        if ((hasGrown || isDue) && IsOldest())
        {
            // What serves before a catalogue is trained on knows none of it: there is nothing to try against.
            await Train(hasGrown || options.Canary.Share == 0 ? 1 : options.Canary.Share, cancel);
        }
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

    [LoggerMessage(LogLevel.Warning, "Model {Version} was trained and is refused; the model before goes on. {Reasons}")]
    partial void LogGated(long? version, string reasons);

    [LoggerMessage(LogLevel.Warning, "No model was trained: {Reason}")]
    partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Error, "Training failed; the model before goes on.")]
    partial void LogFailed(Exception reason);
}
