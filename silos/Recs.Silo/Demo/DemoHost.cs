using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Silo.Demo;

/// <summary>
/// The demonstration of <c>--demo</c>: fills an empty store, asks for the first training and then lets simulated viewers
/// use the HTTP endpoints until the host stops.
/// </summary>
/// <remarks>
/// It is a caller like any other. A server that is busy or not ready makes it wait, longer each time up to half a minute;
/// it never brings the host down.
/// </remarks>
/// <param name="options">Sizes, rates and the seed.</param>
/// <param name="server">Tells the address to call once it listens.</param>
/// <param name="lifetime">Tells when it listens.</param>
/// <param name="trainAsync">Trains and promotes a model from what the store holds; complete when it serves.</param>
/// <param name="time">The clock of waits, rates and events.</param>
/// <param name="logger">Says what was done and when the server was away.</param>
public sealed partial class DemoHost(
    DemoOptions options,
    IServer server,
    IHostApplicationLifetime lifetime,
    Func<CancellationToken, Task> trainAsync,
    TimeProvider time,
    ILogger<DemoHost> logger) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);
    static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);
            using var http = new HttpClient { BaseAddress = DemoAddress.Of(server), Timeout = CallTimeout };
            using var client = new RecsClient(http, new RecsClientOptions { ApiKey = options.ApiKey, Time = time });
            await ReadyAsync(http, stoppingToken);

            var catalogue = new DemoCatalogue(options.Seed);
            var audience = new SimulatedAudience(options.Seed);
            await PersistAsync(() => PrepareAsync(client, catalogue, audience, stoppingToken), stoppingToken);
            var traffic = await PersistAsync(() => TrafficAsync(client, catalogue, audience, stoppingToken), stoppingToken);
            LogTraffic(options.Viewers, options.DecisionsPerSecond, options.ControlShare);

            using var timer = new PeriodicTimer(Tick, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await PersistAsync(() => traffic.AdvanceAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; nothing the demonstration has not sent is owed to anybody.
        }
    }

    async Task StartedAsync(CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var whenStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancel);
    }

    async Task ReadyAsync(HttpClient http, CancellationToken cancel) =>
        await PersistAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative), cancel);
                return answer.IsSuccessStatusCode
                    ? answer.StatusCode
                    : throw new HttpRequestException("The server is not ready.", null, HttpStatusCode.ServiceUnavailable);
            },
            cancel);

    async Task<bool> PrepareAsync(RecsClient client, DemoCatalogue catalogue, SimulatedAudience audience, CancellationToken cancel)
    {
        var stats = await client.GetStatsAsync(cancel);
        var isEmpty = stats.Items == 0;
        if (isEmpty)
        {
            LogFilling(options.Items, options.Viewers);
            await new DemoFill(client, options, catalogue, audience, time).RunAsync(cancel);
        }

        // A new store has one model, which has learned nothing; an interrupted first run is completed here.
        if (isEmpty || (await client.GetModelsAsync(cancel)).Models.Count <= 1)
        {
            await TrainAsync(cancel);
        }

        return true;
    }

    async Task TrainAsync(CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        try
        {
            await trainAsync(cancel);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            LogTrained(seconds);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A server without a model still serves fresh and popular items; that is worth showing, too.
            LogTrainingFailed(fault);
        }
    }

    async Task<DemoTraffic> TrafficAsync(
        RecsClient client, DemoCatalogue catalogue, SimulatedAudience audience, CancellationToken cancel)
    {
        var stats = await client.GetStatsAsync(cancel);
        List<ItemDocument> items = [];
        await foreach (var item in client.ListItemsAsync(cancel: cancel))
        {
            items.Add(item);
        }

        return new DemoTraffic(client, options, catalogue, audience, items, stats.LogEndOffset, time);
    }

    /// <summary>Repeats a call until the server answers it, waiting twice as long each time.</summary>
    async Task<T> PersistAsync<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        for (var pause = PauseMin; ; pause = pause * 2 < PauseMax ? pause * 2 : PauseMax)
        {
            try
            {
                return await call();
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested
                && fault is HttpRequestException or RecsException or OperationCanceledException)
            {
                LogWaiting(pause.TotalSeconds, fault.Message);
                await Task.Delay(pause, time, cancel);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: filling the empty store with {Items} items and the past of {Viewers} viewers")]
    partial void LogFilling(int items, int viewers);

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: the first model was trained in {Seconds:F1} s")]
    partial void LogTrained(double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Demo: the first model could not be trained; the viewers come all the same")]
    partial void LogTrainingFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: {Viewers} viewers ask for {Rate} slates a second, a share of {ControlShare} from uniform")]
    partial void LogTraffic(int viewers, double rate, double controlShare);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Demo: waiting {Seconds} s: {Reason}")]
    partial void LogWaiting(double seconds, string reason);
}
