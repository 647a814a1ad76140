using System.Globalization;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Silo.Door;
using Recs.Silo.Options;

namespace Recs.Silo.Endpoints;

/// <summary>The catalogue: PUT, PATCH, GET and DELETE under <c>/v1/items</c>.</summary>
sealed class ItemEndpoints(
    Catalogue catalogue, ServingState serving, Replicas replicas, IGrainFactory grains, RecsOptions settings, TimeProvider time)
{
    const int PageDefault = 100;
    const int PageMax = 1000;
    const int PartItems = 128;

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var items = routes.MapGroup("/v1/items").Needs(Role.Catalogue);
        items.MapPut("", static (HttpContext context, ItemEndpoints endpoint) => endpoint.Upsert(context))
            .WithName("putItems").WithTags("Catalogue").WithSummary("Adds or replaces up to 10,000 items.")
            .Accepts<ItemDocument[]>("application/json").Produces<UpsertResponse>().ProducesProblem(StatusCodes.Status400BadRequest);
        items.MapPatch("", static (HttpContext context, ItemEndpoints endpoint) => endpoint.Patch(context))
            .WithName("patchItems").WithTags("Catalogue").WithSummary("Changes up to 10,000 items: a merge patch each (RFC 7396), in order; null takes a field or an attribute away.")
            .Accepts<ItemDocument[]>("application/json").Produces<UpsertResponse>().ProducesProblem(StatusCodes.Status400BadRequest);
        items.MapGet("", static (string? after, string? limit, ItemEndpoints endpoint) => endpoint.List(after, limit))
            .WithName("listItems").WithTags("Catalogue").TakesQuery("after", "limit").WithSummary("Lists items, page by page.").Produces<ItemsPage>().ProducesProblem(StatusCodes.Status400BadRequest);
        items.MapGet("/{id}", static (HttpContext context, ItemEndpoints endpoint) => endpoint.Get(PathId.Of(context)))
            .WithName("getItem").WithTags("Catalogue").WithSummary("An item.").Produces<ItemDocument>().ProducesProblem(StatusCodes.Status404NotFound);
        items.MapDelete("/{id}", static (HttpContext context, ItemEndpoints endpoint) => endpoint.Delete(PathId.Of(context)))
            .WithName("deleteItem").WithTags("Catalogue").WithSummary("Deletes an item.").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        items.MapGet("/{id}/edges", static (HttpContext context, ItemEndpoints endpoint) => endpoint.Edges(PathId.Of(context)))
            .WithName("getItemEdges").WithTags("Catalogue").WithSummary("What has been learned about an item.").Produces<EdgesResponse>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    async Task Upsert(HttpContext context)
    {
        List<Rejection> rejected = [];
        List<(int Index, ItemDocument Document)> items;
        using (var body = await Json.Read(context, settings.Limits.BodyBytesMax))
        {
            items = Bodies.Batch(body.RootElement, settings.Limits.BatchMax, Bodies.Item, rejected);
        }

        if (catalogue.RowCount + items.Count > settings.Limits.ItemsMax && items.Exists(item => !catalogue.TryGetRow(item.Document.Id, out _)))
        {
            throw new DoorException(StatusCodes.Status413PayloadTooLarge, "$", $"The catalogue holds at most {settings.Limits.ItemsMax} rows.");
        }

        _ = items.RemoveAll(item => Refuse(item.Index, item.Document, rejected));
        await Task.WhenAll(items
            .Select(item => item.Document)
            .GroupBy(item => StableKeys.Shard(item.Id, Shards.ItemCount))
            .Select(shard => Upsert(shard.Key, [.. shard])));
        await Upserted.Write(context, items.Count, rejected);
    }

    async Task Patch(HttpContext context)
    {
        List<Rejection> rejected = [];
        List<(int Index, ItemPatch Document)> patches;
        using (var body = await Json.Read(context, settings.Limits.BodyBytesMax))
        {
            patches = Bodies.Batch(body.RootElement, settings.Limits.BatchMax, Bodies.ItemPatch, rejected);
        }

        _ = patches.RemoveAll(patch => Refuse(patch.Index, patch.Document.Values, rejected));
        var refused = await Task.WhenAll(patches
            .GroupBy(patch => StableKeys.Shard(patch.Document.Values.Id, Shards.ItemCount))
            .Select(shard => Patch(shard.Key, [.. shard])));
        rejected.AddRange(refused.SelectMany(shard => shard));
        await Upserted.Write(context, patches.Count - refused.Sum(shard => shard.Count), rejected);
    }

    bool Refuse(int index, ItemDocument item, List<Rejection> rejected)
    {
        if (item.CreatedAt > time.GetUtcNow().AddSeconds(settings.Limits.ClockSkewSeconds))
        {
            rejected.Add(new Rejection(index, item.Id, "clock-future", "createdAt: lies in the future."));
            return true;
        }

        if (item.Embedding is null || catalogue.AcceptsEmbedding(item.Embedding.Length))
        {
            return false;
        }

        rejected.Add(new Rejection(
            index, item.Id, "embedding-length", $"embedding: the catalogue's embeddings have {catalogue.EmbeddingLength} numbers."));
        return true;
    }

    IResult List(string? after, string? limit)
    {
        var count = PageDefault;
        if (limit is not null && (!int.TryParse(limit, CultureInfo.InvariantCulture, out count) || count is < 1 or > PageMax))
        {
            return Problems.Result(StatusCodes.Status400BadRequest, $"Expected a whole number from 1 to {PageMax}.", "limit");
        }

        var row = -1;
        if (after is { Length: > 0 } && !catalogue.TryGetRow(after, out row))
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "There is no such item.", "after");
        }

        var page = catalogue.After(row).Take(count + 1).Select(entry => entry.Document!).ToList();
        var next = page.Count > count ? page[count - 1].Id : null;
        return Results.Json(new ItemsPage(page.Count > count ? page[..count] : page, next), RecsJson.Default.ItemsPage);
    }

    IResult Get(string id) => catalogue.TryGet(id, out var entry)
        ? Results.Json(entry.Document, RecsJson.Default.ItemDocument)
        : Unknown(id);

    /// <summary>Complete when the caller would find the items here, on whichever silo their shard is.</summary>
    async Task Upsert(int shard, ItemDocument[] items)
    {
        // Parts that a busy shard answers in time: the whole of a large batch would wait for its last item.
        foreach (var part in items.Chunk(PartItems))
        {
            await replicas.Reached(shard, await grains.GetGrain<IItemShard>(shard).Upsert(part));
        }
    }

    async Task<List<Rejection>> Patch(int shard, (int Index, ItemPatch Document)[] patches)
    {
        List<Rejection> refused = [];
        foreach (var part in patches.Chunk(PartItems))
        {
            var patched = await grains.GetGrain<IItemShard>(shard).Patch(Array.ConvertAll(part, patch => patch.Document));
            await replicas.Reached(shard, patched.Mark);
            refused.AddRange(Upserted.Refused(part.Select((patch, i) => (patch.Index, patch.Document.Values.Id, patched.Refusals[i])), "item"));
        }

        return refused;
    }

    async Task<IResult> Delete(string id)
    {
        var shard = StableKeys.Shard(id, Shards.ItemCount);
        if (await grains.GetGrain<IItemShard>(shard).Delete(id) is not { } mark)
        {
            return Unknown(id);
        }

        await replicas.Reached(shard, mark);
        return Results.NoContent();
    }

    async Task<IResult> Edges(string id)
    {
        if (!catalogue.TryGet(id, out var entry))
        {
            return Unknown(id);
        }

        var shards = await Task.WhenAll(Enumerable.Range(0, Shards.EdgeCount)
            .Select(shard => grains.GetGrain<IEdgeShard>(shard).Describe(entry.Row).AsTask()));
        var edges = shards.SelectMany(learned => learned).ToDictionary(edge => edge.Cluster);
        var model = serving.Current;
        for (var cluster = 0; cluster < model.Clusters; cluster++)
        {
            if (model.Table.Contains(cluster, entry.Row))
            {
                _ = edges.TryAdd(model.ClusterIdBase + cluster, new EdgeDocument(model.ClusterIdBase + cluster, 0, 0, 0));
            }
        }

        return Results.Json(
            new EdgesResponse(id, [.. edges.Values.OrderBy(edge => edge.Cluster)]), RecsJson.Default.EdgesResponse);
    }

    static IResult Unknown(string id) => Problems.Result(StatusCodes.Status404NotFound, $"There is no item '{id}'.", "id");
}
