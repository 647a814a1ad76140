using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Grains.Serving;
using Recs.Grains.Telemetry;
using Recs.Grains.Viewers;
using Recs.Matching.Bandits;
using Recs.Matching.Slates;
using Recs.Schema.Decisions;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Silo.Door;
using Recs.Silo.Options;

namespace Recs.Silo.Endpoints;

/// <summary>POST <c>/v1/recommend</c>: a slate, from this silo's memory.</summary>
sealed class RecommendEndpoint(
    Recommender recommender,
    ServingState serving,
    Catalogue catalogue,
    DecisionTokens tokens,
    ServingOptions options,
    RecsOptions settings,
    ServingCounts counts,
    RecsMetrics metrics,
    IGrainFactory grains,
    TimeProvider time)
{
    // JSON has no infinity: what an edge that was never tried is shown with.
    const double Unbounded = 1e9;

    static readonly string[] Sources = ["bandit", "candidates", "fresh", "neural", "popular"];

    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/recommend", static (HttpContext context, RecommendEndpoint endpoint) => endpoint.Handle(context))
        .Needs(Role.Serve)
        .Accepts<RecommendRequest>("application/json")
        .Produces<RecommendResponse>()
        .ProducesProblem(StatusCodes.Status400BadRequest);

    async Task Handle(HttpContext context)
    {
        var started = time.GetTimestamp();
        RecommendRequest request;
        using (var body = await Json.Read(context, settings.Limits.BodyBytesMax))
        {
            request = Bodies.Recommend(Fields.Of(body.RootElement, "$"));
        }

        var response = await Recommend(request);
        metrics.RecordRecommend(response.Policy, time.GetElapsedTime(started).TotalMilliseconds);
        await context.Response.WriteAsJsonAsync(response, RecsJson.Default.RecommendResponse, cancellationToken: context.RequestAborted);
    }

    async ValueTask<RecommendResponse> Recommend(RecommendRequest request)
    {
        var policy = Policy(request.Policy);
        if (request.Embedding is { } embedding && embedding.Length != catalogue.EmbeddingLength)
        {
            throw new DoorException(
                StatusCodes.Status400BadRequest, "embedding", $"The catalogue's embeddings have {catalogue.EmbeddingLength} numbers.");
        }

        var viewer = request.UserId is null ? Guid.Empty : StableKeys.Viewer(request.UserId);
        var known = viewer == Guid.Empty ? ViewerContext.Unknown : await grains.GetGrain<IViewerGrain>(viewer).Context();
        var model = serving.Current;
        var slate = new SlateItem[request.Count];
        var decision = recommender.Decide(model, Rows(request, policy, viewer, known, Vector(model, request, known)), slate);
        return Respond(request, policy, decision, slate);
    }

    static float[] Vector(ServingModel model, RecommendRequest request, ViewerContext known)
    {
        if (request.Embedding is not null)
        {
            return model.Vector(request.Embedding, request.Context);
        }

        // A model that has just been exchanged may have other dimensions than the grain's answer.
        return known.Vector.Length == model.Dims ? known.Vector
            : request.Context is { Count: > 0 } ? model.Vector(null, request.Context)
            : [];
    }

    SlateRequest Rows(RecommendRequest request, PolicyKind policy, Guid viewer, ViewerContext known, float[] vector)
    {
        var seen = request.Filter?.ExcludeSeen == false ? [] : known.Seen;
        var excluded = request.Filter?.ExcludeItems is { Count: > 0 } ids ? [.. seen, .. Known(ids)] : seen;
        return new SlateRequest
        {
            Count = request.Count,
            Policy = policy,
            Viewer = viewer,
            Vector = vector,
            Surface = request.Surface ?? "",
            Excluded = excluded,
            Candidates = request.Candidates is null ? null : [.. Known(request.Candidates).Distinct()],
            Categories = request.Filter?.Categories is { Count: > 0 } categories ? categories : null,
        };
    }

    IEnumerable<int> Known(IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            if (catalogue.TryGetRow(id, out var row))
            {
                yield return row;
            }
        }
    }

    PolicyKind Policy(string? name)
    {
        if (name is null)
        {
            return options.Policy;
        }

        return PolicyNames.TryParse(name, out var policy) && policy is not (PolicyKind.LinUcb or PolicyKind.HierLinUcb)
            ? policy
            : throw new DoorException(
                StatusCodes.Status400BadRequest,
                "policy",
                "Expected diag-ucb, diag-ts, hier-ucb, hier-ts, epsilon-greedy, ucb1, beta-ts, uniform or popular.");
    }

    RecommendResponse Respond(RecommendRequest request, PolicyKind policy, Decision decision, SlateItem[] slate)
    {
        var name = PolicyNames.Of(policy);
        var items = new RecommendedItem[decision.Items.Length];
        for (var position = 0; position < items.Length; position++)
        {
            var candidate = slate[position].Candidate;
            var score = Finite(candidate.Score);
            items[position] = new RecommendedItem(
                catalogue.Entry(candidate.Item)!.Id,
                position,
                score,
                Finite(candidate.Mean),
                score - Finite(candidate.Mean),
                slate[position].Propensity,
                Sources[(int)candidate.Source]);
            counts.Count(candidate.Source);
        }

        counts.Count(policy, request.Surface);
        return new RecommendResponse(
            tokens.Write(decision), name, decision.Graph.ToString(System.Globalization.CultureInfo.InvariantCulture), items);
    }

    static double Finite(float value) => float.IsNaN(value) ? 0 : Math.Clamp(value, -Unbounded, Unbounded);
}
