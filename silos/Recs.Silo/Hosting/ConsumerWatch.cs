using Recs.Grains.Ingest;
using Recs.Grains.Telemetry;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>Keeps the log's consumers alive and knows how far they are.</summary>
sealed partial class ConsumerWatch(IEventLog log, IGrainFactory grains, RecsMetrics metrics, TimeProvider time, ILogger<ConsumerWatch> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(3);

    const int CountRowsMax = 4096;

    const int CountBytesMax = 16 * 1024 * 1024;

    volatile bool _caughtUp;
    volatile ConsumerStatus[] _status = [];

    /// <summary>Whether everything that was in the log at the start has been added.</summary>
    public bool CaughtUp => _caughtUp;

    /// <summary>Rows of the partition that is furthest behind which are not in the statistics yet, as of the last second.</summary>
    public long RowsBehind => _status is { Length: > 0 } status ? status.Max(consumer => consumer.End - consumer.Position) : 0;

    /// <summary>Events in the log that are not in the statistics yet, and milliseconds since the oldest of them.</summary>
    public async Task<(long Events, double LagMs)> Backlog()
    {
        var (events, lag) = (0L, 0d);
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            var status = await grains.GetGrain<ILogConsumer>(partition).Poke();
            if (status.Position < status.End)
            {
                var rows = await log.ReadAsync(partition, status.Position, CountRowsMax, CountBytesMax, CancellationToken.None);
                events += rows.Sum(row => (long)row.Count);
                lag = rows.Count > 0 ? Math.Max(lag, (time.GetUtcNow() - rows[0].At).TotalMilliseconds) : lag;
            }
        }

        return (events, lag);
    }

    /// <summary>
    /// Before the grains go: every shard learns how far the log was, also those that there was nothing for, so that what it
    /// writes when it goes leaves nothing to read again.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, log.Partitions).Select(partition => grains.GetGrain<ILogConsumer>(partition).Settle()))
                .WaitAsync(SettleMax, time, cancellationToken);
        }
        catch (Exception reason) when (reason is IOException or OrleansException or TimeoutException or OperationCanceledException)
        {
            LogNotPoked(reason.Message);
        }
    }

    async Task Poke()
    {
        try
        {
            var status = await Task.WhenAll(Enumerable.Range(0, log.Partitions)
                .Select(partition => grains.GetGrain<ILogConsumer>(partition).Poke().AsTask()));
            _status = status;
            _caughtUp = _caughtUp || status.All(consumer => consumer.CaughtUp);
        }
        catch (Exception reason) when (reason is IOException or OrleansException or TimeoutException)
        {
            LogNotPoked(reason.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The log's consumers were not reached: {Reason}")]
    partial void LogNotPoked(string reason);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        metrics.ObserveLag(() => _status.Select((consumer, partition) => (partition, Math.Max(0, consumer.End - consumer.Position))));
        try
        {
            do
            {
                await Poke();
                if (!_caughtUp)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), time, stoppingToken);
                }
            }
            while (!_caughtUp || await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }
}
