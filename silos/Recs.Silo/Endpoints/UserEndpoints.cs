using Recs.Grains.Hosting;
using Recs.Grains.Ingest;
using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Grains.Viewers;
using Recs.Matching.Clusters;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Silo.Door;
using Recs.Silo.Options;

namespace Recs.Silo.Endpoints;

/// <summary>Viewers: PUT, PATCH, GET and DELETE under <c>/v1/users</c>.</summary>
sealed class UserEndpoints(
    Catalogue catalogue, ServingState serving, ServingOptions options, IGrainFactory grains, FeedbackIntake intake, RecsOptions settings)
{
    /// <summary>Viewers written at once: were all of a request, the last would wait for the others until its call times out.</summary>
    const int ViewersAtOnce = 500;

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/v1/users").Needs(Role.Catalogue);
        users.MapPut("", static (HttpContext context, UserEndpoints endpoint) => endpoint.Upsert(context))
            .WithName("putUsers").WithTags("Viewers").WithSummary("Adds or replaces up to 10,000 viewers' profiles.")
            .Accepts<UserDocument[]>("application/json").Produces<UpsertResponse>().ProducesProblem(StatusCodes.Status400BadRequest);
        users.MapPatch("", static (HttpContext context, UserEndpoints endpoint) => endpoint.Patch(context))
            .WithName("patchUsers").WithTags("Viewers").WithSummary("Changes up to 10,000 profiles: a merge patch each (RFC 7396), in order; null takes a field or an attribute away.")
            .Accepts<UserDocument[]>("application/json").Produces<UpsertResponse>().ProducesProblem(StatusCodes.Status400BadRequest);
        users.MapGet("/{id}", static (HttpContext context, UserEndpoints endpoint) => endpoint.Get(PathId.Of(context)))
            .WithName("getUser").WithTags("Viewers").WithSummary("A viewer's context, weights and recent history.").Produces<ViewerDocument>().ProducesProblem(StatusCodes.Status404NotFound);
        users.MapDelete("/{id}", static (HttpContext context, UserEndpoints endpoint, CancellationToken cancel) => endpoint.Delete(PathId.Of(context), cancel))
            .WithName("deleteUser").WithTags("Viewers").WithSummary("Forgets a viewer: profile, history and embedding.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    async Task Upsert(HttpContext context)
    {
        List<Rejection> rejected = [];
        List<(int Index, UserDocument Document)> users;
        using (var body = await Json.Read(context, settings.Limits.BodyBytesMax))
        {
            users = Bodies.Batch(body.RootElement, settings.Limits.BatchMax, Bodies.User, rejected);
        }

        _ = users.RemoveAll(user => Refuse(user.Index, user.Document, rejected));
        // Of a viewer that is there twice the last counts.
        foreach (var part in users.GroupBy(user => user.Document.Id, StringComparer.Ordinal).Select(same => same.Last()).Chunk(ViewersAtOnce))
        {
            await Task.WhenAll(part.Select(user => grains.GetGrain<IViewerGrain>(StableKeys.Viewer(user.Document.Id)).Upsert(user.Document)));
        }

        await Upserted.Write(context, users.Count, rejected);
    }

    async Task Patch(HttpContext context)
    {
        List<Rejection> rejected = [];
        List<(int Index, UserPatch Document)> patches;
        using (var body = await Json.Read(context, settings.Limits.BodyBytesMax))
        {
            patches = Bodies.Batch(body.RootElement, settings.Limits.BatchMax, Bodies.UserPatch, rejected);
        }

        _ = patches.RemoveAll(patch => Refuse(patch.Index, patch.Document.Values, rejected));
        var refused = 0;
        foreach (var part in patches.GroupBy(patch => patch.Document.Values.Id, StringComparer.Ordinal).Chunk(ViewersAtOnce))
        {
            foreach (var viewer in await Task.WhenAll(part.Select(viewer => Patch(viewer.Key, [.. viewer]))))
            {
                refused += viewer.Count;
                rejected.AddRange(viewer);
            }
        }

        await Upserted.Write(context, patches.Count - refused, rejected);
    }

    async Task<List<Rejection>> Patch(string id, (int Index, UserPatch Document)[] patches)
    {
        var refusals = await grains.GetGrain<IViewerGrain>(StableKeys.Viewer(id)).Patch(Array.ConvertAll(patches, patch => patch.Document));
        return Upserted.Refused(patches.Select((patch, i) => (patch.Index, id, refusals[i])), "user");
    }

    bool Refuse(int index, UserDocument user, List<Rejection> rejected)
    {
        if (user.Embedding is null || catalogue.AcceptsEmbedding(user.Embedding.Length))
        {
            return false;
        }

        rejected.Add(new Rejection(
            index, user.Id, "embedding-length", $"embedding: the catalogue's embeddings have {catalogue.EmbeddingLength} numbers."));
        return true;
    }

    async Task<IResult> Get(string id)
    {
        if (await grains.GetGrain<IViewerGrain>(StableKeys.Viewer(id)).Describe() is not { } viewer)
        {
            return Unknown(id);
        }

        return Results.Json(
            new ViewerDocument(
                id, viewer.Profile?.Attributes, viewer.Profile?.Embedding, viewer.Vector, Clusters(viewer.Vector),
                [.. viewer.History.Select(entry => new HistoryDocument(
                    catalogue.Entry(entry.Row) is { IsDeleted: false } item ? item.Id : null,
                    entry.Type.ToString().ToLowerInvariant(),
                    entry.Reward / 65535.0,
                    DateTimeOffset.FromUnixTimeMilliseconds(entry.AtMs)))]),
            RecsJson.Default.ViewerDocument);
    }

    async Task<IResult> Delete(string id, CancellationToken cancel)
    {
        var viewer = grains.GetGrain<IViewerGrain>(StableKeys.Viewer(id));
        if (await viewer.Describe() is null)
        {
            return Unknown(id);
        }

        // The log first: whoever fails between the two still knows the viewer and can be asked again.
        await intake.Forget(StableKeys.Viewer(id), cancel);
        _ = await viewer.Forget();
        return Results.NoContent();
    }

    DecisionCluster[] Clusters(float[] vector)
    {
        var model = serving.Current;
        if (vector.Length != model.Dims)
        {
            return [];
        }

        var clusters = new int[Math.Min(options.ActiveClusters, model.Clusters)];
        var weights = new ushort[clusters.Length];
        var active = ClusterAssignment.Nearest(vector, model.Centroids, options.Temperature, clusters, weights);
        return [.. Enumerable.Range(0, active).Select(k => new DecisionCluster(model.ClusterIdBase + clusters[k], weights[k] / 65535.0))];
    }

    static IResult Unknown(string id) => Problems.Result(StatusCodes.Status404NotFound, $"Nothing is known of '{id}'.", "id");
}
