using Recs.Grains.Ingest;
using Recs.Grains.Telemetry;
using Recs.Schema.Http;
using Recs.Silo.Door;
using Recs.Silo.Hosting;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Endpoints;

/// <summary>POST <c>/v1/events</c>: what viewers did; 202 means durable.</summary>
sealed class EventsEndpoint(
    FeedbackIntake intake, EventShape shape, ConsumerWatch consumers, RecsOptions settings, RecsMetrics metrics, TimeProvider time)
{
    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/events", static (HttpContext context, EventsEndpoint endpoint) => endpoint.Handle(context))
        .Needs(Role.Serve)
        .WithName("sendEvents").WithTags("Serving").WithSummary("Takes feedback.")
        .WithDescription("An array, or a line an event; up to 10,000 events or 8 MiB. 202 means durable. A type counts once per shown item.")
        .Accepts<FeedbackEvent[]>("application/json", "application/x-ndjson")
        .Produces<EventsResponse>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest);

    async Task Handle(HttpContext context)
    {
        if (consumers.RowsBehind > settings.Limits.BacklogRowsMax)
        {
            throw new LogOverloadedException($"{consumers.RowsBehind} rows of a partition are not learned yet; try again.");
        }

        List<Rejection> rejected = [];
        var events = await Read(context, rejected);
        var now = time.GetUtcNow();
        _ = events.RemoveAll(sent => Refuse(sent.Index, sent.Document, now, rejected));
        foreach (var refusal in rejected)
        {
            metrics.CountRejected(refusal.Code);
        }

        var (accepted, duplicates) = await intake.Accept(events, rejected, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        rejected.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        await context.Response.WriteAsJsonAsync(
            new EventsResponse(accepted, duplicates, rejected), RecsJson.Default.EventsResponse, cancellationToken: context.RequestAborted);
    }

    async Task<List<(int Index, FeedbackEvent Document)>> Read(HttpContext context, List<Rejection> rejected)
    {
        if (Json.IsNdjson(context.Request))
        {
            var bytes = await Json.ReadBytes(context, settings.Limits.BodyBytesMax);
            return Bodies.Lines(bytes, settings.Limits.BatchMax, Bodies.Event, rejected);
        }

        using var body = await Json.Read(context, settings.Limits.BodyBytesMax);
        return Bodies.Batch(body.RootElement, settings.Limits.BatchMax, Bodies.Event, rejected);
    }

    bool Refuse(int index, FeedbackEvent sent, DateTimeOffset now, List<Rejection> rejected)
    {
        if (shape.Refusal(sent, now) is not { } refusal)
        {
            return false;
        }

        rejected.Add(new Rejection(index, null, refusal.Code, refusal.Detail));
        return true;
    }
}
