using Recs.Grains.Replication;
using Recs.Offline.Guards;
using Recs.Schema.Models;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>
/// Ends trials: a canary that earned no less than the model beside it, within the error allowed, is promoted; one that
/// earned less is served no more. It is judged once, when it has shown enough, so that looking often deceives nobody.
/// </summary>
/// <remarks>Every silo watches; storage lets one of them end a trial.</remarks>
sealed partial class CanaryWatch(
    IModelStore models,
    ServingState serving,
    PopulationCell population,
    ModelSwap swap,
    CanaryOptions options,
    TimeProvider time,
    ILogger<CanaryWatch> logger) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    readonly GuardRails _rails = new() { CanaryErrors = options.Errors };

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Look(stoppingToken);
                }
                catch (Exception reason) when (reason is IOException or InvalidDataException or OrleansException)
                {
                    LogFailed(reason);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; a trial goes on.
        }
    }

    async Task Look(CancellationToken cancel)
    {
        if (serving.Canary?.Version is not { } version || Judge(version) is not { } gate
            || !await models.EndCanaryAsync(version, gate.Holds, cancel))
        {
            return;
        }

        LogEnded(version, gate.Holds ? "promoted" : "served no more", gate.Sentence);
        await swap.Refresh(cancel);
    }

    /// <summary>The verdict; null as long as there is too little to judge by.</summary>
    Gate? Judge(long version)
    {
        var view = population.View;
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(view.TrialStart);
        return view.Canary == version && age >= TimeSpan.FromMinutes(options.Minutes)
            && view.Tally(version) is { } canary && canary.Impressions >= options.Impressions
            && view.Tally(serving.Current.Version) is { Impressions: > 1 } active
            ? _rails.Canary(canary.Mean - active.Mean, Math.Sqrt((canary.Error * canary.Error) + (active.Error * active.Error)))
            : null;
    }

    [LoggerMessage(LogLevel.Information, "The trial of model {Version} is over: it is {Outcome}. {Detail}")]
    partial void LogEnded(long version, string outcome, string detail);

    [LoggerMessage(LogLevel.Error, "A trial could not be ended; it goes on.")]
    partial void LogFailed(Exception reason);
}
