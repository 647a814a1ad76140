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
using Recs.Neural.Online;
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
    readonly CategoryIndex _categories;
    readonly PopularRows _popular;
    readonly LinearArms _linear;
    readonly ServingCopy _neural;
    readonly ServingOptions _options;
    readonly TimeProvider _time;
    readonly Dictionary<PolicyKind, SlatePolicy> _policies;
    readonly ConcurrentBag<RequestScratch> _scratch = [];
    readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    long _requests;

    long FreshSeconds => (long)_options.FreshAge.TotalSeconds;

    public Recommender(
        ServingState serving,
        PopulationCell population,
        CategoryIndex categories,
        LinearArms linear,
        ServingCopy neural,
        ServingOptions options,
        TimeProvider time)
    {
        (_serving, _population, _categories, _linear) = (serving, population, categories, linear);
        _popular = new PopularRows(time);
        (_neural, _options, _time) = (neural, options, time);
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
                model, _serving.Items, _linear, scratch, active, request.Vector, policy, Options(policy, prior),
                _options.NeuralCandidates, population.Sums);
            var count = Nominate(scoring, model, request, policy, scratch, active, slate, ref rng);
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
        Policy = policy.Kind.RanksEdges() ? policy.Kind : PolicyKind.HierUcb,
        Alpha = policy.Kind is PolicyKind.DiagTs or PolicyKind.HierTs ? 3 * policy.Width : policy.Alpha,
        PriorPrecision = _options.PriorPrecision,
        Unexplored = _options.UnexploredEdge,
        NormaliseByMatchedEdges = _options.NormaliseByMatchedEdges,
        EdgeShrinkage = _options.EdgeShrinkage,
        PriorIntercept = prior.Intercept,
        PriorSlope = prior.Slope,

        // A blend may hold by another layer what the tie had no room for, and so may the fresh items: the same ones every time then.
        DrawsTies = !policy.Kind.IsNeural() && policy.FreshShare == 0,
    };

    int Nominate(
        in LayerScoring scoring, ServingModel model, SlateRequest request, SlatePolicy policy, RequestScratch scratch, int active,
        Span<SlateItem> slate, ref Rng rng)
    {
        var filter = request.Categories is { } categories ? _categories.Filter(categories) : null;
        if (request.Categories is not null && filter is null)
        {
            return 0;
        }

        var eligibility = new Eligibility(
            _time.GetUtcNow().ToUnixTimeSeconds(), filter?.Mask ?? 0, request.Excluded, filter is { IsExact: false } ? filter : null);
        if (policy.Kind.IsNeural())
        {
            var blend = Blend(scoring, request, filter, eligibility, scratch, slate.Length, ref rng);
            NeuralScoring.Rank(
                _neural, model.ClusterIdBase, _serving.Items, request.Viewer, scratch.Clusters.AsSpan(0, active), scratch.Weights.AsSpan(0, active),
                policy, blend, scratch.Neural!);
            return SlateAssembly.Fill(
                new SlateNominations { Bandit = blend, Fresh = Young(policy, blend, eligibility.Now, scratch) }, policy, slate, ref rng);
        }

        var nominations = default(SlateNominations);
        if (request.Candidates is { } named)
        {
            nominations.Candidates = scoring.Named(named, eligibility, ref rng);
            nominations.CandidatesTiedOut = scratch.Work.TiedOut;
            return SlateAssembly.Fill(nominations, policy, slate, ref rng);
        }

        nominations.Bandit = scoring.Edges(slate.Length, eligibility, ref rng);
        nominations.BanditTiedOut = scratch.Work.TiedOut;
        if (policy.FreshShare > 0)
        {
            nominations.Fresh = scoring.Near(
                Layer.Fresh, eligibility.Now - FreshSeconds, eligibility.With(scratch.ExcludedRows(request.Excluded)), scratch.Fresh, ref rng);
        }

        if (nominations.Bandit.Length < slate.Length)
        {
            Extend(ref nominations, scoring, request, filter, eligibility, scratch, slate.Length, ref rng);
        }

        return SlateAssembly.Fill(nominations, policy, slate, ref rng);
    }

    /// <summary>The clusters' edges run out: the layers that need no edge fill the rest with what the edges have not nominated.</summary>
    void Extend(
        ref SlateNominations nominations, in LayerScoring scoring, SlateRequest request, CategoryFilter? filter, scoped in Eligibility eligibility,
        RequestScratch scratch, int wanted, ref Rng rng)
    {
        var taken = scratch.ExcludedRows(request.Excluded);
        Take(taken, nominations.Bandit);
        var others = eligibility.With(taken);
        if (filter is null)
        {
            // Bounded, and near to the viewer; a filter's items are all looked at instead.
            nominations.Candidates = scoring.Near(Layer.Candidates, long.MinValue, others, scratch.Nearest.AsSpan(0, RequestScratch.NearMax), ref rng);
            Take(taken, nominations.Candidates);
        }

        if (nominations.Bandit.Length + nominations.Candidates.Length < wanted)
        {
            nominations.Popular = scoring.Popular(wanted, filter, _popular, others, ref rng);
        }
    }

    static void Take(HashSet<int> rows, ReadOnlySpan<Candidate> candidates)
    {
        foreach (ref readonly var candidate in candidates)
        {
            _ = rows.Add(candidate.Item);
        }
    }

    /// <summary>What every layer nominates, each item once, for one scorer to rank.</summary>
    Span<Candidate> Blend(
        in LayerScoring scoring, SlateRequest request, CategoryFilter? filter, scoped in Eligibility eligibility, RequestScratch scratch, int wanted,
        ref Rng rng)
    {
        var neural = scratch.Neural ??= new NeuralScratch(_neural, _options.NeuralCandidates);
        neural.Rows.Clear();
        if (request.Candidates is { } named)
        {
            return neural.Blend.AsSpan(0, neural.Add(scoring.Named(named, eligibility, ref rng), 0));
        }

        // An item that several nominate is the first one's: edges, then what no edge may have reached yet.
        var others = eligibility.With(scratch.ExcludedRows(request.Excluded));
        var near = Math.Min(RequestScratch.NearMax, _options.NeuralCandidates / 8);
        var count = neural.Add(scoring.Edges(wanted, eligibility, ref rng), 0);
        var fresh = scoring.Near(Layer.Fresh, eligibility.Now - FreshSeconds, others, scratch.Fresh.AsSpan(0, near), ref rng);
        count = neural.Add(fresh, count);
        var nearest = scoring.Near(Layer.Candidates, long.MinValue, others, scratch.Nearest.AsSpan(0, near), ref rng);
        count = neural.Add(nearest, count);
        if (count < wanted)
        {
            count = neural.Add(scoring.Popular(wanted, filter, _popular, others, ref rng), count);
        }

        return neural.Blend.AsSpan(0, count);
    }

    /// <summary>The fresh items of a blend, where they have a share of their own.</summary>
    Span<Candidate> Young(SlatePolicy policy, ReadOnlySpan<Candidate> blend, long now, RequestScratch scratch)
    {
        var count = 0;
        foreach (ref readonly var candidate in blend)
        {
            if (policy.FreshShare > 0 && count < scratch.Fresh.Length && _serving.Items.ReadState(candidate.Item).CreatedAt >= now - FreshSeconds)
            {
                scratch.Fresh[count++] = candidate;
            }
        }

        return scratch.Fresh.AsSpan(0, count);
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
                candidate.Item, Quantised.From(candidate.Prior), (float)slate[position].Propensity, candidate.Matched,
                (byte)candidate.Source);
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
