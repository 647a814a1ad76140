using System.Diagnostics.Metrics;

using Recs.Grains.Telemetry;
using Recs.Silo.Options;

namespace Recs.Silo.Hosting;

/// <summary>Takes certificates that were exchanged on disk without a restart, and tells when the one shown ends.</summary>
sealed partial class ClusterCertificateWatch(
    ClusterCertificates certificates, IMeterFactory meters, TimeProvider time, ILogger<ClusterCertificateWatch> logger) : BackgroundService
{
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    string? _fault;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = meters.Create(RecsMetrics.MeterName).CreateObservableGauge(
            "recs.cluster.certificate.remaining",
            () => (certificates.Own.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalSeconds,
            "s",
            "Until the certificate that this silo shows to others ends.");
        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    void Look()
    {
        try
        {
            if (certificates.Refresh())
            {
                LogTaken(certificates.Own.NotAfter.ToUniversalTime());
            }

            _fault = null;
        }
        catch (OptionsRefusedException refused)
        {
            if (refused.Message != _fault)
            {
                _fault = refused.Message;
                LogRefused(refused.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "New connections between silos use the certificate that was put in place; it ends at {End:u}.")]
    partial void LogTaken(DateTime end);

    [LoggerMessage(LogLevel.Warning, "The certificate stays as it was: {Reason}")]
    partial void LogRefused(string reason);
}
