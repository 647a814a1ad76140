using System.Globalization;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Matching.Bandits;
using Recs.Matching.Slates;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Silo.Door;
using Recs.Silo.Hosting;
using Recs.Storage;

namespace Recs.Silo.Endpoints;

/// <summary>GET <c>/v1/stats</c>: what the silo has done and how it is.</summary>
sealed class StatsEndpoint(
    Catalogue catalogue,
    ServingState serving,
    PopulationCell population,
    ServingOptions options,
    ServingCounts counts,
    RecsMetrics metrics,
    ConsumerWatch consumers,
    Replicas replicas,
    IEventLog log,
    IGrainFactory grains,
    SiloStart start,
    TimeProvider time)
{
    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/stats", static (StatsEndpoint endpoint, CancellationToken cancel) => endpoint.Get(cancel))
        .Needs(Role.Admin)
        .WithName("getStats").WithTags("Operations").WithSummary("What the silo has done and how it is.")
        .Produces<StatsResponse>();

    async Task<IResult> Get(CancellationToken cancel)
    {
        var model = serving.Current;
        var touched = await Task.WhenAll(Enumerable.Range(0, Shards.EdgeCount)
            .Select(shard => grains.GetGrain<IEdgeShard>(shard).EdgesTouched().AsTask()));
        var (sums, pending, lag) = await Learned();
        var (fresh, discovered) = Fresh();
        var ends = await Task.WhenAll(Enumerable.Range(0, log.Partitions).Select(partition => log.EndAsync(partition, cancel).AsTask()));
        return Results.Json(
            new StatsResponse
            {
                Events = Events(sums, pending, lag),
                Recommends = Recommends(),
                Items = catalogue.Count,
                FreshItems = fresh,
                FreshItemsDiscovered = discovered,
                Edges = model.Table.EdgeCount,
                EdgesTouched = touched.Sum(),
                Clusters = model.Clusters,
                GraphVersion = model.Version.ToString(CultureInfo.InvariantCulture),
                Policy = PolicyNames.Of(options.Policy),
                Policies = Policies(sums),
                Layers = Layers(sums),
                LogEndOffset = ends.Sum(),
                UptimeSeconds = (time.GetUtcNow() - start.StartedAt).TotalSeconds,
            },
            RecsJson.Default.StatsResponse);
    }

    /// <summary>What has been learned and what has not: nothing is in both, and where nothing is pending all of it is in the sums.</summary>
    async Task<(PopulationSums Sums, long Pending, double LagMs)> Learned()
    {
        var sums = population.View.Sums;
        var (pending, lag) = await consumers.Backlog();
        if (pending == 0)
        {
            await replicas.ReachedPopulation(await grains.GetGrain<IPopulationShard>(0).Now());
            sums = population.View.Sums;
        }

        return (sums, pending, lag);
    }

    EventStats Events(PopulationSums sums, long pending, double lag)
    {
        var (p50, p99) = metrics.UpdateLatency.Quantiles();
        return new EventStats
        {
            Accepted = sums.Events + pending,
            Applied = sums.Events,
            Pending = pending,
            Duplicates = sums.Repeats,
            Rejected = metrics.Rejected,
            LagMs = lag,
            PerSecond = metrics.Accepted.PerSecond,
            UpdateLatencyMsP50 = p50,
            UpdateLatencyMsP99 = p99,
        };
    }

    RecommendStats Recommends()
    {
        var (p50, p99) = metrics.RecommendLatency.Quantiles();
        return new RecommendStats
        {
            Total = metrics.Recommended.Total,
            PerSecond = metrics.Recommended.PerSecond,
            LatencyMsP50 = p50,
            LatencyMsP99 = p99,
            BySource = counts.BySource,
            BySurface = counts.BySurface,
        };
    }

    (long Fresh, long Discovered) Fresh()
    {
        var since = time.GetUtcNow() - options.FreshAge;
        var (fresh, discovered) = (0L, 0L);
        foreach (var entry in catalogue.After(-1).Where(entry => entry.CreatedAt >= since && entry.Row < serving.Items.RowsMax))
        {
            fresh++;
            discovered += serving.Items.ReadTotals(entry.Row).R > 0 ? 1 : 0;
        }

        return (fresh, discovered);
    }

    static Dictionary<string, LayerStats> Layers(PopulationSums sums)
    {
        var total = LayerNames.All.Select((_, layer) => sums.OfLayer(layer).Impressions).Sum();
        return LayerNames.All.Select((name, layer) => (name, sums.OfLayer(layer))).ToDictionary(
            pair => pair.name,
            pair =>
            {
                var (impressions, reward) = (pair.Item2.Impressions, pair.Item2.Rewards / 65535.0);
                return new LayerStats(
                    impressions, impressions / (double)Math.Max(total, 1), reward, impressions == 0 ? 0 : reward / impressions);
            },
            StringComparer.Ordinal);
    }

    Dictionary<string, PolicyStats> Policies(PopulationSums sums)
    {
        var policies = new Dictionary<string, PolicyStats>(StringComparer.Ordinal);
        foreach (var kind in Enum.GetValues<PolicyKind>())
        {
            var (decisions, impressions) = (counts.Of(kind), sums.Impressions[(int)kind]);
            if (decisions > 0 || impressions > 0)
            {
                var reward = sums.Rewards[(int)kind] / 65535.0;
                policies[PolicyNames.Of(kind)] = new PolicyStats(
                    decisions, impressions, reward, impressions == 0 ? 0 : reward / impressions);
            }
        }

        return policies;
    }
}
