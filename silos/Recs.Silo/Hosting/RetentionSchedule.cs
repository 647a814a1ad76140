using Recs.Grains.Telemetry;
using Recs.Silo.Options;
using Recs.Storage;
using Recs.Storage.Retention;

namespace Recs.Silo.Hosting;

/// <summary>Drops old rows of the log once an hour, on one silo of the cluster.</summary>
sealed partial class RetentionSchedule(
    IEventLog log,
    ISnapshotStore snapshots,
    IViewerStore viewers,
    EventLogOptions options,
    FeedbackSettings feedback,
    RecsMetrics metrics,
    TimeProvider time,
    ISiloStatusOracle silos,
    ILogger<RetentionSchedule> logger) : BackgroundService
{
    static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Every move of the base reads the window of log before it again, some days: more moves read more for the same rows dropped.
    static readonly TimeSpan Step = TimeSpan.FromHours(6);

    readonly LogRetention _retention = new(
        log, snapshots, viewers, options.ArchivePath is { Length: > 0 } folder ? new LogArchive(folder) : null, time);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.RetentionDays == 0)
        {
            return;
        }

        try
        {
            for (var wait = FirstAfter; ; wait = Interval)
            {
                await Task.Delay(wait, time, stoppingToken);
                if (IsFirst())
                {
                    await Retain(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; the next run completes what this one began.
        }
    }

    /// <summary>One silo of a cluster does it: the one whose address sorts first. Two at once do no harm.</summary>
    bool IsFirst() => silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Min()?.Equals(silos.SiloAddress) ?? true;

    async Task Retain(CancellationToken cancel)
    {
        try
        {
            var settings = new RetentionOptions
            {
                Age = TimeSpan.FromDays(options.RetentionDays),
                DecisionAge = TimeSpan.FromDays(feedback.DecisionDays),
                Step = Step,
            };
            var started = time.GetTimestamp();

            // Hours of log are folded: not on a thread that requests wait for.
            var result = await Task.Factory.StartNew(
                () => _retention.RunAsync(settings, cancel),
                cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            metrics.LogRowsDropped.Add(result.RowsDropped);
            metrics.LogBytesDropped.Add(result.BytesDropped);
            metrics.LogRowsArchived.Add(result.RowsArchived);
            if (result.IsFenced)
            {
                LogFenced();
            }
            else if (result.RowsDropped > 0)
            {
                LogDropped(result.RowsDropped, result.BytesDropped, time.GetElapsedTime(started).TotalSeconds);
            }
        }
        catch (Exception reason) when (reason is IOException or InvalidDataException)
        {
            metrics.RetentionFailures.Add(1);
            LogFailed(reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Rows} old rows of the event log with {Bytes} bytes were dropped in {Seconds:F1} s.")]
    partial void LogDropped(long rows, long bytes, double seconds);

    [LoggerMessage(LogLevel.Information, "Another retention of the event log runs; this one dropped nothing.")]
    partial void LogFenced();

    [LoggerMessage(LogLevel.Error, "Old rows of the event log were not dropped; it will be tried again in an hour.")]
    partial void LogFailed(Exception reason);
}
