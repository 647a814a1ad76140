using Orleans.Dashboard;

using Recs.Grains.Telemetry;
using Recs.Schema.Http;
using Recs.Silo.Console;
using Recs.Silo.Door;
using Recs.Silo.Hosting;

namespace Recs.Silo.Endpoints;

/// <summary>Every route of the silo.</summary>
static class Routes
{
    /// <summary>Maps all.</summary>
    public static void Map(WebApplication app)
    {
        ConsoleEndpoint.Map(app);
        RecommendEndpoint.Map(app);
        EventsEndpoint.Map(app);
        ItemEndpoints.Map(app);
        UserEndpoints.Map(app);
        DecisionEndpoint.Map(app);
        ModelEndpoints.Map(app);
        TokenKeyEndpoints.Map(app);
        StatsEndpoint.Map(app);
        app.MapGet("/health/live", static () => Results.Json(new HealthDocument("live"), RecsJson.Default.HealthDocument))
            .WithName("isLive").WithTags("Operations").WithSummary("Whether the process lives.").Produces<HealthDocument>();
        app.MapGet("/health/ready", static (SiloStart start, ConsumerWatch consumers, RecsMetrics metrics) => start.IsDone && consumers.CaughtUp
            ? Results.Json(new HealthDocument("ready", metrics.Damage.Count > 0 ? metrics.Damage.Places : null), RecsJson.Default.HealthDocument)
            : Problems.Result(StatusCodes.Status503ServiceUnavailable, "The silo is loading."))
            .WithName("isReady").WithTags("Operations").WithSummary("Whether it serves and has caught up with its log.")
            .Produces<HealthDocument>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapOpenApi("/openapi/v1.json");
        ApiPage.Map(app);
        app.MapPrometheusScrapingEndpoint("/metrics").Needs(Role.Admin);
        app.MapOrleansDashboard(routePrefix: "/dashboard").Needs(Role.Admin);
    }
}
