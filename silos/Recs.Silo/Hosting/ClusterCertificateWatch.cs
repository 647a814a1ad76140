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
    long _refused;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = meters.Create(RecsMetrics.MeterName);
        _ = meter.CreateObservableGauge(
            "recs.cluster.certificate.remaining",
            () => (certificates.Own.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalSeconds,
            "s",
            "Until the certificate that this silo shows to others ends.");
        _ = meter.CreateObservableCounter(
            "recs.cluster.certificates.refused", () => certificates.Refused, "{certificate}", "Certificates that others showed and that were refused.");
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
        if (certificates.Refused is var refusals && refusals > _refused)
        {
            LogKeptOut(refusals - _refused, certificates.LastRefusal);
            _refused = refusals;
        }

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

    [LoggerMessage(LogLevel.Warning, "{Count} peers were kept out by their certificates, the last one {Reason}")]
    partial void LogKeptOut(long count, string? reason);

    [LoggerMessage(LogLevel.Warning, "The certificate stays as it was: {Reason}")]
    partial void LogRefused(string reason);
}
