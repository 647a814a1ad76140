using System.Globalization;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Matching.Bandits;
using Recs.Matching.Slates;
using Recs.Schema.Decisions;
using Recs.Schema.Http;
using Recs.Silo.Door;

namespace Recs.Silo.Endpoints;

/// <summary>GET <c>/v1/decisions/{decisionId}</c>: a token in readable form.</summary>
sealed class DecisionEndpoint(TokenKeyring tokens, Catalogue catalogue)
{
    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/decisions/{decisionId}", static (string decisionId, DecisionEndpoint endpoint, CancellationToken cancel) => endpoint.Get(decisionId, cancel))
        .Needs(Role.Serve)
        .WithName("getDecision").WithTags("Serving").WithSummary("Decodes a decision token.")
        .Produces<DecisionDocument>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    async Task<IResult> Get(string decisionId, CancellationToken cancel)
    {
        if (await tokens.ReadAsync(decisionId, cancel) is not { } decision)
        {
            return Problems.Result(StatusCodes.Status404NotFound, "The decisionId is damaged, forged or signed with an unknown key.", "decisionId");
        }

        return Results.Json(
            new DecisionDocument(
                decisionId,
                PolicyNames.Of((PolicyKind)decision.Policy),
                decision.Graph.ToString(CultureInfo.InvariantCulture),
                decision.At,
                decision.Surface.Length == 0 ? null : decision.Surface,
                decision.Viewer == Guid.Empty ? null : decision.Viewer.ToString("N"),
                [.. decision.Clusters.Select(entry => new DecisionCluster(entry.Cluster, Quantised.ToReal(entry.Weight)))],
                [.. decision.Items.Select((item, position) => Describe(decision, item, position))]),
            RecsJson.Default.DecisionDocument);
    }

    DecisionItem Describe(Decision decision, DecidedItem item, int position) => new(
        catalogue.Entry(item.Row) is { IsDeleted: false } entry ? entry.Id : null,
        position,
        item.Propensity,
        Quantised.ToReal(item.Prior),
        LayerNames.Of((Layer)item.Source),
        [.. decision.Clusters.Where((_, k) => (item.Matched >> k & 1) == 1).Select(cluster => cluster.Cluster)]);
}
