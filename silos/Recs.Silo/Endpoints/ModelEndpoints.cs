using System.Globalization;
using System.Text.Json;

using Recs.Grains.Replication;
using Recs.Offline.Models;
using Recs.Offline.Reports;
using Recs.Schema.Http;
using Recs.Silo.Door;
using Recs.Storage;

namespace Recs.Silo.Endpoints;

/// <summary>Model versions: list, promote, roll back.</summary>
sealed class ModelEndpoints(IModelStore models, ModelSwap swap)
{
    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/models").Needs(Role.Admin);
        group.MapGet("", static (ModelEndpoints endpoint, CancellationToken cancel) => endpoint.List(cancel))
            .WithSummary("Every model version that is kept, newest first.").Produces<ModelsResponse>();
        group.MapGet("/{version}/report", static (string version, ModelEndpoints endpoint, CancellationToken cancel) => endpoint.Report(version, cancel))
            .WithSummary("A version on one HTML page: gates, figures, pictures.").Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{version}/promote", static (string version, string? force, ModelEndpoints endpoint, CancellationToken cancel) => endpoint.Promote(version, force, cancel))
            .WithSummary("Serves a version; one that its gates refused only with force.").Produces<ModelsResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/rollback", static (ModelEndpoints endpoint, CancellationToken cancel) => endpoint.Rollback(cancel))
            .WithSummary("Serves the version that served before.").Produces<ModelsResponse>().ProducesProblem(StatusCodes.Status409Conflict);
    }

    async Task<IResult> List(CancellationToken cancel)
    {
        List<ModelDocument> documents = [];
        foreach (var model in (await models.ListAsync(cancel)).OrderByDescending(model => model.Version))
        {
            using var manifest = JsonDocument.Parse(model.Manifest);
            documents.Add(new ModelDocument(
                model.Version.ToString(CultureInfo.InvariantCulture),
                model.Parent?.ToString(CultureInfo.InvariantCulture),
                model.CreatedAt,
                model.Active,
                manifest.RootElement.Clone()));
        }

        return Results.Json(new ModelsResponse(documents), RecsJson.Default.ModelsResponse);
    }

    async Task<IResult> Report(string version, CancellationToken cancel)
    {
        var stored = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (await models.ListAsync(cancel)).FirstOrDefault(model => model.Version == number)
            : null;
        if (stored is null)
        {
            return Problems.Result(StatusCodes.Status404NotFound, $"There is no model '{version}'.", "version");
        }

        var model = await StoredModels.LoadAsync(models, number, cancel);
        return Results.Content(ModelReport.Html(number, stored.Active, StoredModels.Manifest(stored), model), "text/html; charset=utf-8");
    }

    async Task<IResult> Promote(string version, string? force, CancellationToken cancel)
    {
        var isForced = false;
        if (force is not null && !bool.TryParse(force, out isForced))
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "Expected true or false.", "force");
        }

        var isNumber = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && !isForced && await StoredModels.RefusalAsync(models, number, cancel) is { } refusal)
        {
            return Problems.Result(StatusCodes.Status409Conflict, $"{refusal} 'force=true' serves it nevertheless.", "version");
        }

        if (!isNumber || !await models.ActivateAsync(number, cancel))
        {
            return Problems.Result(StatusCodes.Status404NotFound, $"There is no model '{version}'.", "version");
        }

        await swap.Refresh(cancel);
        return await List(cancel);
    }

    async Task<IResult> Rollback(CancellationToken cancel)
    {
        var active = (await models.ListAsync(cancel)).FirstOrDefault(model => model.Active);
        if (active?.Parent is not { } parent || !await models.ActivateAsync(parent, cancel))
        {
            return Problems.Result(StatusCodes.Status409Conflict, "The active model has no parent to go back to.");
        }

        await swap.Refresh(cancel);
        return await List(cancel);
    }
}
