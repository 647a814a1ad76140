using Recs.Grains.Hosting;

namespace Recs.Silo.Hosting;

/// <summary>Keeps this silo's keys of decision tokens like the store's: rotated, revoked and expired ones, whoever did it.</summary>
sealed partial class TokenKeyWatch(TokenKeyring keys, TokenKeyOptions options, TimeProvider time, ILogger<TokenKeyWatch> logger)
    : BackgroundService
{
    int? _tooShort;
    bool _hasFailed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Look(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    async Task Look(CancellationToken stop)
    {
        try
        {
            var tooShort = await keys.Refresh(stop);
            if (tooShort is { } id && tooShort != _tooShort)
            {
                LogTooShort(id);
            }

            (_tooShort, _hasFailed) = (tooShort, false);
        }
        catch (Exception reason) when (reason is IOException or TimeoutException)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                LogFailed(reason.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The stored token key {Id} is too short and is not taken: whoever wrote it could forge tokens.")]
    partial void LogTooShort(int id);

    [LoggerMessage(LogLevel.Warning, "The keys of tokens could not be looked at; those known stay: {Reason}")]
    partial void LogFailed(string reason);
}
