using Orleans.Dashboard;

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
        StatsEndpoint.Map(app);
        app.MapGet("/health/live", static () => Results.Ok(new { status = "live" })).WithSummary("Whether the process lives.");
        app.MapGet("/health/ready", static (SiloStart start, ConsumerWatch consumers) => start.IsDone && consumers.CaughtUp
            ? Results.Ok(new { status = "ready" })
            : Problems.Result(StatusCodes.Status503ServiceUnavailable, "The silo is loading."))
            .WithSummary("Whether it serves and has caught up with its log.").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapOpenApi("/openapi/v1.json");
        app.MapPrometheusScrapingEndpoint("/metrics").Needs(Role.Admin);
        app.MapOrleansDashboard(routePrefix: "/dashboard").Needs(Role.Admin);
    }
}
