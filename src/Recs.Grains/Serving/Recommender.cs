using System.Collections.Concurrent;
using System.Security.Cryptography;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Matching.Bandits;
using Recs.Matching.Clusters;
using Recs.Matching.Graph;
using Recs.Matching.Linear;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;
using Recs.Schema.Decisions;

namespace Recs.Grains.Serving;

/// <summary>
/// Decides a slate from this silo's memory alone: clusters of the viewer, their edges, the policy's scores, the layers,
/// and the draw with its exact propensities.
/// </summary>
/// <remarks>Thread-safe; no await, no lock, no call to a grain or to storage.</remarks>
public sealed class Recommender : IDisposable
{
    readonly ServingState _serving;
    readonly PopulationCell _population;
    readonly Catalogue _catalogue;
    readonly CategoryBits _categories;
    readonly LinearArms _linear;
    readonly ServingOptions _options;
    readonly TimeProvider _time;
    readonly Dictionary<PolicyKind, SlatePolicy> _policies;
    readonly ConcurrentBag<RequestScratch> _scratch = [];
    readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    long _requests;

    public Recommender(
        ServingState serving,
        PopulationCell population,
        Catalogue catalogue,
        CategoryBits categories,
        LinearArms linear,
        ServingOptions options,
        TimeProvider time)
    {
        (_serving, _population, _catalogue, _categories, _linear) = (serving, population, catalogue, categories, linear);
        (_options, _time) = (options, time);
        _policies = Enum.GetValues<PolicyKind>().ToDictionary(kind => kind, options.Slate);
    }

    /// <summary>Decides a slate.</summary>
    /// <param name="model">The model to decide by; one for the whole request.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="slate">Receives the positions, shape [count].</param>
    /// <returns>The decision to sign; its items are as many as are eligible, at most the count asked.</returns>
    public Decision Decide(ServingModel model, SlateRequest request, Span<SlateItem> slate)
    {
        var scratch = _scratch.TryTake(out var rented) ? rented : new RequestScratch(_serving.Epochs);
        try
        {
            var rng = new Rng(_seed + ((ulong)Interlocked.Increment(ref _requests) * 0x9E3779B97F4A7C15));
            var active = Activate(model, request.Vector, scratch, ref rng);
            var population = _population.View;
            var prior = population.PriorOf(model.Version);
            var policy = _policies[request.Policy];
            var scoring = new LayerScoring(
                model, _serving.Items, _linear, scratch, active, request.Vector, policy, Options(policy, prior), population.Sums);
            var count = Nominate(scoring, request, policy, slate, ref rng);
            return Decision(model, request, prior, scratch, active, slate[..count], ref rng);
        }
        finally
        {
            _scratch.Add(scratch);
        }
    }

    /// <summary>The policy of a request that names none: the configured one, or uniform for its share of the requests.</summary>
    public PolicyKind DefaultPolicy()
    {
        if (_options.UniformShare == 0)
        {
            return _options.Policy;
        }

        var rng = new Rng(~_seed + ((ulong)Interlocked.Increment(ref _requests) * 0x9E3779B97F4A7C15));
        return rng.NextDouble() < _options.UniformShare ? PolicyKind.Uniform : _options.Policy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_scratch.TryTake(out var scratch))
        {
            scratch.Dispose();
        }
    }

    int Activate(ServingModel model, float[] vector, RequestScratch scratch, ref Rng rng)
    {
        var clusters = scratch.Clusters.AsSpan(0, Math.Min(_options.ActiveClusters, model.Clusters));
        var active = vector.Length == 0
            ? ClusterAssignment.Cold(model.Population, ref rng, clusters, scratch.Quantised)
            : ClusterAssignment.Nearest(vector, model.Centroids, _options.Temperature, clusters, scratch.Quantised);
        for (var k = 0; k < active; k++)
        {
            scratch.Weights[k] = scratch.Quantised[k] / (float)Quantised.One;
        }

        return active;
    }

    ScoringOptions Options(SlatePolicy policy, Prior prior) => new()
    {
        // Policies of an item's own statistics rank what the edges nominate: any of the edge policies finds those.
        Policy = policy.Kind is PolicyKind.DiagUcb or PolicyKind.DiagTs or PolicyKind.HierUcb or PolicyKind.HierTs
            ? policy.Kind
            : PolicyKind.HierUcb,
        Alpha = policy.Kind is PolicyKind.DiagTs or PolicyKind.HierTs ? 3 * policy.Width : policy.Alpha,
        PriorPrecision = _options.PriorPrecision,
        Unexplored = _options.UnexploredEdge,
        NormaliseByMatchedEdges = _options.NormaliseByMatchedEdges,
        EdgeShrinkage = _options.EdgeShrinkage,
        PriorIntercept = prior.Intercept,
        PriorSlope = prior.Slope,
    };

    int Nominate(in LayerScoring scoring, SlateRequest request, SlatePolicy policy, Span<SlateItem> slate, ref Rng rng)
    {
        var mask = 0UL;
        var isExact = true;
        if (request.Categories is { } categories && !_categories.TryFilter(categories, out mask, out isExact))
        {
            return 0;
        }

        var eligibility = new Eligibility(_time.GetUtcNow().ToUnixTimeSeconds(), mask, request.Excluded);
        var nominations = default(SlateNominations);
        if (request.Candidates is { } named)
        {
            nominations.Candidates = Sieve(scoring.Named(named, eligibility, ref rng), request, isExact);
            return SlateAssembly.Fill(nominations, policy, slate, ref rng);
        }

        nominations.Bandit = Sieve(scoring.Edges(slate.Length, isExact, eligibility, ref rng), request, isExact);
        if (nominations.Bandit.Length < slate.Length)
        {
            // The clusters' edges run out: the layers that need no edge fill the rest.
            nominations.Candidates = Sieve(scoring.Nearest(slate.Length, isExact, eligibility, ref rng), request, isExact);
            nominations.Popular = Sieve(scoring.Popular(slate.Length, isExact, eligibility, ref rng), request, isExact);
        }

        return SlateAssembly.Fill(nominations, policy, slate, ref rng);
    }

    /// <summary>Where categories share a bit the mask lets too much through; the catalogue knows.</summary>
    Span<Candidate> Sieve(Span<Candidate> candidates, SlateRequest request, bool isExact)
    {
        if (isExact)
        {
            return candidates;
        }

        var kept = 0;
        foreach (var candidate in candidates)
        {
            if (_catalogue.Entry(candidate.Item)?.Document?.Categories is { } categories
                && categories.Any(category => request.Categories!.Contains(category, StringComparer.Ordinal)))
            {
                candidates[kept++] = candidate;
            }
        }

        return candidates[..kept];
    }

    Decision Decision(
        ServingModel model, SlateRequest request, Prior prior, RequestScratch scratch, int active,
        ReadOnlySpan<SlateItem> slate, ref Rng rng)
    {
        var clusters = new ClusterWeight[active];
        for (var k = 0; k < active; k++)
        {
            clusters[k] = new ClusterWeight(model.ClusterIdBase + scratch.Clusters[k], scratch.Quantised[k]);
        }

        var items = new DecidedItem[slate.Length];
        for (var position = 0; position < items.Length; position++)
        {
            var candidate = slate[position].Candidate;
            items[position] = new DecidedItem(
                candidate.Item, Quantised.From(candidate.Prior), (float)slate[position].Propensity, candidate.Matched);
        }

        return new Decision
        {
            Nonce = rng.Next(),
            At = _time.GetUtcNow(),
            Policy = (byte)request.Policy,
            Graph = (uint)model.Version,
            Viewer = request.Viewer,
            PriorIntercept = prior.Intercept,
            PriorSlope = prior.Slope,
            Surface = request.Surface,
            Clusters = clusters,
            Items = items,
        };
    }
}
