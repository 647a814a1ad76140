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
sealed class ModelEndpoints(IModelStore models, ModelSwap swap, PopulationCell population)
{
    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/models").Needs(Role.Admin);
        group.MapGet("", static (ModelEndpoints endpoint, CancellationToken cancel) => endpoint.List(cancel))
            .WithName("listModels").WithTags("Models").WithSummary("Every model version that is kept, newest first.").Produces<ModelsResponse>();
        group.MapGet("/{version}/report", static (string version, ModelEndpoints endpoint, CancellationToken cancel) => endpoint.Report(version, cancel))
            .WithName("getModelReport").WithTags("Models").WithSummary("A version on one HTML page: gates, figures, pictures.").Produces(StatusCodes.Status200OK, contentType: "text/html")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{version}/promote", static (string version, string? force, string? share, ModelEndpoints endpoint, CancellationToken cancel) => endpoint.Promote(version, force, share, cancel))
            .WithName("promoteModel").WithTags("Models").TakesQuery("force", "share").WithSummary("Serves a version, with share to that share of the viewers on trial; one that its gates refused only with force.").Produces<ModelsResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/rollback", static (ModelEndpoints endpoint, CancellationToken cancel) => endpoint.Rollback(cancel))
            .WithName("rollbackModel").WithTags("Models").WithSummary("Ends a trial, or else serves the version that served before.").Produces<ModelsResponse>().ProducesProblem(StatusCodes.Status409Conflict);
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
                manifest.RootElement.Clone(),
                model.CanaryShare,
                Traffic(model.Version),
                $"/v1/models/{model.Version}/report"));
        }

        return Results.Json(new ModelsResponse(documents), RecsJson.Default.ModelsResponse);
    }

    ModelTraffic? Traffic(long version) => population.View.Tally(version) is { } tally
        ? new ModelTraffic(tally.Impressions, tally.Rewards / 65535.0, tally.Mean)
        : null;

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

    async Task<IResult> Promote(string version, string? force, string? share, CancellationToken cancel)
    {
        var isForced = false;
        if (force is not null && !bool.TryParse(force, out isForced))
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "Expected true or false.", "force");
        }

        var part = 1.0;
        if (share is not null
            && (!double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out part) || part is not (> 0 and <= 1)))
        {
            return Problems.Result(StatusCodes.Status400BadRequest, "Expected a number above 0 and at most 1.", "share");
        }

        var isNumber = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && !isForced && await StoredModels.RefusalAsync(models, number, cancel) is { } refusal)
        {
            return Problems.Result(StatusCodes.Status409Conflict, $"{refusal} 'force=true' serves it nevertheless.", "version");
        }

        if (!isNumber || (await models.ListAsync(cancel)).All(model => model.Version != number))
        {
            return Problems.Result(StatusCodes.Status404NotFound, $"There is no model '{version}'.", "version");
        }

        if (!await (part < 1 ? models.StartCanaryAsync(number, part, cancel) : models.ActivateAsync(number, cancel)))
        {
            return Problems.Result(StatusCodes.Status409Conflict, "The active model cannot be on trial beside itself.", "version");
        }

        await swap.Refresh(cancel);
        return await List(cancel);
    }

    async Task<IResult> Rollback(CancellationToken cancel)
    {
        var stored = await models.ListAsync(cancel);
        if (stored.FirstOrDefault(model => model.CanaryShare > 0) is { } canary)
        {
            _ = await models.EndCanaryAsync(canary.Version, promote: false, cancel);
            await swap.Refresh(cancel);
            return await List(cancel);
        }

        var active = stored.FirstOrDefault(model => model.Active);
        if (active?.Parent is not { } parent || !await models.ActivateAsync(parent, cancel))
        {
            return Problems.Result(StatusCodes.Status409Conflict, "The active model has no parent to go back to.");
        }

        await swap.Refresh(cancel);
        return await List(cancel);
    }
}
