using System.Reflection;

using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

using Recs.Grains.Telemetry;
using Recs.Silo.Options;
using Recs.Storage.Sqlite;

namespace Recs.Silo.Hosting;

/// <summary>
/// What the silo exports: metrics at <c>/metrics</c> always; metrics and traces to a collector (OTLP) where one is named by
/// OpenTelemetry's own settings, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin. Without them nothing is traced.
/// </summary>
static class SiloTelemetry
{
    const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <summary>Registers it.</summary>
    /// <exception cref="OptionsRefusedException">A collector's address is no address.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        foreach (var key in (string[])[Endpoint, MetricsEndpoint, TracesEndpoint])
        {
            if (settings[key] is { Length: > 0 } address
                && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)))
            {
                throw new OptionsRefusedException($"{key} = {OptionValues.Shown(address)}: expected an address such as http://collector:4317.");
            }
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(
                settings["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : "recs",
                serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3))
            .AddEnvironmentVariableDetector());
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(RecsMetrics.MeterName, SqliteStore.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddPrometheusExporter();
            if (IsExported(settings, MetricsEndpoint, "OTEL_METRICS_EXPORTER"))
            {
                metrics.AddOtlpExporter();
            }
        });
        if (IsExported(settings, TracesEndpoint, "OTEL_TRACES_EXPORTER"))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(RecsTracing.SourceName)
                // Probes and scrapes come all the time and say nothing.
                .AddAspNetCoreInstrumentation(requests => requests.Filter = static context =>
                    !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && context.Request.Path != "/metrics")
                .AddOtlpExporter());
        }
    }

    static bool IsExported(ConfigurationManager settings, string own, string exporter) =>
        (settings[own] ?? settings[Endpoint]) is { Length: > 0 }
        && !string.Equals(settings[exporter], "none", StringComparison.OrdinalIgnoreCase);
}
