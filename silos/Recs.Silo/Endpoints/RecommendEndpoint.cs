using System.Buffers;
using System.Numerics.Tensors;
using System.Text;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Grains.Serving;
using Recs.Grains.Telemetry;
using Recs.Grains.Viewers;
using Recs.Matching.Bandits;
using Recs.Matching.Linear;
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
    TokenKeyring tokens,
    RecsOptions settings,
    ServingCounts counts,
    RecsMetrics metrics,
    ViewerContexts viewers,
    LinearArms linear,
    TimeProvider time)
{
    static readonly string ServedPolicies =
        string.Join(", ", PolicyNames.All.Order(StringComparer.Ordinal));

    const string PreviewHeader = "recs-preview";

    static readonly byte[][] Sources = [.. LayerNames.All.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/recommend", static (HttpContext context, RecommendEndpoint endpoint) => endpoint.Handle(context))
        .Needs(Role.Serve)
        .WithName("recommend").WithTags("Serving").WithSummary("Decides a slate.")
        .WithDescription("With the header `recs-preview: true` it is a look only: decided as any other slate, and counted nowhere.")
        .Accepts<RecommendRequest>("application/json")
        .Produces<RecommendResponse>()
        .ProducesProblem(StatusCodes.Status400BadRequest);

    async Task Handle(HttpContext context)
    {
        var started = time.GetTimestamp();
        using var span = RecsTracing.Source.StartActivity("recs.recommend");
        RecommendRequest request;
        using (var body = await Json.Read(context, settings.Limits.BodyBytesMax))
        {
            request = Bodies.Recommend(Fields.Of(body.RootElement, "$"));
        }

        var isPreview = IsPreview(context.Request.Headers);
        var policy = Policy(request.Policy);
        var (decision, slate) = await Decide(request, policy);
        var name = PolicyNames.Of(policy);
        var (answer, length) = Write(request, isPreview ? null : policy, name, decision, slate);
        if (!isPreview)
        {
            metrics.RecordRecommend(name, time.GetElapsedTime(started));
        }

        span?.SetTag("recs.policy", name).SetTag("recs.items", decision.Items.Length).SetTag("recs.graph", decision.Graph);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = length;
        await context.Response.BodyWriter.WriteAsync(answer.AsMemory(0, length), context.RequestAborted);
        ArrayPool<byte>.Shared.Return(answer);
    }

    /// <summary>Whether somebody only looks: the slate is decided as any other, and counts nowhere.</summary>
    static bool IsPreview(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(PreviewHeader, out var sent))
        {
            return false;
        }

        return bool.TryParse(sent, out var isPreview)
            ? isPreview
            : throw new DoorException(StatusCodes.Status400BadRequest, PreviewHeader, "Expected true or false.");
    }

    async ValueTask<(Decision Decision, SlateItem[] Slate)> Decide(RecommendRequest request, PolicyKind policy)
    {
        if (request.Embedding is { } embedding && embedding.Length != catalogue.EmbeddingLength)
        {
            throw new DoorException(
                StatusCodes.Status400BadRequest, "embedding", $"The catalogue's embeddings have {catalogue.EmbeddingLength} numbers.");
        }

        var viewer = request.UserId is null ? Guid.Empty : StableKeys.Viewer(request.UserId);
        var model = serving.Of(viewer);
        var known = viewer == Guid.Empty ? ViewerContext.Unknown : await viewers.Of(viewer, model);
        var slate = new SlateItem[request.Count];
        return (recommender.Decide(model, Rows(request, policy, viewer, known, Vector(model, request, known)), slate), slate);
    }

    float[] Vector(ServingModel model, RecommendRequest request, ViewerContext known)
    {
        if (request.Embedding is not null)
        {
            return model.Vector(request.Embedding, request.Context);
        }

        var context = request.Context is { Count: > 0 } ? model.Vector(null, request.Context) : [];

        // A model that has just been exchanged may have other dimensions than the grain's answer.
        return known.Vector.Length != model.Dims ? context
            : context.Length == 0 ? known.Vector
            : Blend(known.Vector, context, (float)settings.Bandit.ContextWeight);
    }

    /// <summary>normalise(known + weight · context), shape [D]; the known vector where the two cancel out.</summary>
    static float[] Blend(float[] known, float[] context, float weight)
    {
        var sum = new float[known.Length];
        TensorPrimitives.MultiplyAdd(context, weight, known, sum);
        var norm = TensorPrimitives.Norm<float>(sum);
        if (!(norm > 1e-6f))
        {
            return known;
        }

        TensorPrimitives.Divide(sum, norm, sum);
        return sum;
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
            return recommender.DefaultPolicy();
        }

        if (!PolicyNames.TryParse(name, out var policy))
        {
            throw new DoorException(StatusCodes.Status400BadRequest, "policy", $"Expected one of {ServedPolicies}.");
        }

        if (policy.IsNeural() && !settings.Neural.Enabled)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, "policy", "The neural policies need Recs:Neural:Enabled = true.");
        }

        return !policy.IsLinear() || linear.Dimensions > 0
            ? policy
            : throw new DoorException(
                StatusCodes.Status400BadRequest,
                "policy",
                $"The linear policies need Recs:Bandit:LinearArmsMax above 0 and at most {LinearArms.DimensionsMax} clusters.");
    }

    (byte[] Answer, int Length) Write(RecommendRequest request, PolicyKind? counted, string name, Decision decision, SlateItem[] slate)
    {
        var token = tokens.Current.Write(decision);
        var shown = slate.AsSpan(0, decision.Items.Length);
        var idBytes = 0;
        foreach (ref var item in shown)
        {
            idBytes += catalogue.Entry(item.Candidate.Item)!.EscapedId.Length;
        }

        var answer = ArrayPool<byte>.Shared.Rent(SlateWriter.BytesMax(idBytes, shown.Length, token.Length + name.Length));
        var writer = new SlateWriter(answer);
        writer.Begin(token, name, decision.Graph);
        foreach (ref var item in shown)
        {
            var candidate = item.Candidate;
            var id = catalogue.Entry(candidate.Item)!.EscapedId.Span;
            writer.Item(id, candidate.Score, candidate.Mean, item.Propensity, Sources[(int)candidate.Source]);
            if (counted is not null)
            {
                counts.Count(candidate.Source);
            }
        }

        writer.End();
        if (counted is { } policy)
        {
            counts.Count(policy, request.Surface);
        }

        return (answer, writer.Length);
    }
}
