using System.Numerics.Tensors;

using Recs.Grains.Replication;
using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Linear;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;
using Recs.Schema.Messages;

namespace Recs.Grains.Serving;

/// <summary>Scores what each layer nominates for one request, all by the same policy.</summary>
readonly ref struct LayerScoring(
    ServingModel model,
    ItemTable items,
    LinearArms linear,
    RequestScratch scratch,
    int active,
    ReadOnlySpan<float> user,
    SlatePolicy policy,
    ScoringOptions options,
    in PopulationSums sums)
{
    readonly ReadOnlySpan<float> _user = user;
    readonly long _shown = Sum(sums.Impressions);
    readonly double _rewarded = Sum(sums.Rewards) / 65535.0;

    ReadOnlySpan<int> Clusters => scratch.Clusters.AsSpan(0, active);

    ReadOnlySpan<float> Weights => scratch.Weights.AsSpan(0, active);

    VectorTable? Vectors => _user.IsEmpty ? null : model.Vectors;

    bool RanksEdges => policy.Kind is PolicyKind.DiagUcb or PolicyKind.DiagTs or PolicyKind.HierUcb or PolicyKind.HierTs;

    /// <summary>The edges of the active clusters.</summary>
    public Span<Candidate> Edges(int count, bool isExact, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        var found = EdgeScorer.Top(
            model.Table, items, Vectors, Clusters, Weights, _user, options, eligibility,
            scratch.Bandit.AsSpan(0, RanksEdges && isExact ? Wanted(count) : scratch.Bandit.Length), scratch.Work, ref rng);
        return Ranked(scratch.Bandit.AsSpan(0, found));
    }

    /// <summary>The caller's own list.</summary>
    public Span<Candidate> Named(int[] rows, scoped in Eligibility eligibility, scoped ref Rng rng) =>
        Score(rows, Layer.Candidates, scratch.Nearest, eligibility, ref rng);

    /// <summary>The items nearest to the viewer by inner product; none for a viewer without a taste.</summary>
    public Span<Candidate> Nearest(int count, bool isExact, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        if (_user.IsEmpty)
        {
            return [];
        }

        var best = new PriorityQueue<int, float>();
        for (var row = 0; row < items.RowCount; row++)
        {
            if (items.IsEligible(row, eligibility.Now, eligibility.Categories) && !eligibility.Excluded.Contains(row))
            {
                Keep(best, row, TensorPrimitives.Dot(model.Vectors.Row(row), _user), isExact ? Wanted(count) : RequestScratch.CandidatesMax);
            }
        }

        return Score(Rows(best), Layer.Candidates, scratch.Nearest, eligibility, ref rng);
    }

    /// <summary>The population's favourites; every eligible item has its turn when nothing else is left.</summary>
    public Span<Candidate> Popular(int count, bool isExact, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        var best = new PriorityQueue<int, float>();
        for (var row = 0; row < items.RowCount; row++)
        {
            if (items.IsEligible(row, eligibility.Now, eligibility.Categories) && !eligibility.Excluded.Contains(row))
            {
                var totals = items.ReadTotals(row);
                var popularity = ItemScores.Popular(totals.N, totals.R, _shown, _rewarded, policy.PopularShrinkage);
                Keep(best, row, popularity, isExact ? Wanted(count) : RequestScratch.CandidatesMax);
            }
        }

        return Score(Rows(best), Layer.Popular, scratch.Popular, eligibility, ref rng);
    }

    static long Sum(in PopulationSums.PolicyLongs values)
    {
        var sum = 0L;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    static void Keep(PriorityQueue<int, float> best, int row, float value, int wanted)
    {
        if (best.Count < wanted)
        {
            best.Enqueue(row, value);
        }
        else
        {
            _ = best.EnqueueDequeue(row, value);
        }
    }

    static int[] Rows(PriorityQueue<int, float> best) => [.. best.UnorderedItems.Select(entry => entry.Element)];

    /// <summary>Enough candidates that the policy's distribution over them is its distribution over all.</summary>
    int Wanted(int count) => Math.Min(
        scratch.Bandit.Length,
        policy.Floor > 0 || policy.Kind is PolicyKind.Uniform or PolicyKind.EpsilonGreedy ? scratch.Bandit.Length
            : count + Math.Max(policy.TopK, policy.Kind is PolicyKind.DiagTs or PolicyKind.HierTs or PolicyKind.BetaTs ? policy.PoolSize : 0));

    Span<Candidate> Score(int[] rows, Layer layer, Candidate[] buffer, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        var found = EdgeScorer.TopOf(
            model.Table, items, Vectors, Clusters, Weights, _user, options, eligibility, rows, layer, buffer, scratch.Work, ref rng);
        return Ranked(buffer.AsSpan(0, found));
    }

    /// <summary>Policies of an item's own statistics rank by those, and the linear ones by its regression.</summary>
    Span<Candidate> Ranked(Span<Candidate> candidates)
    {
        if (RanksEdges)
        {
            return candidates;
        }

        var isLinear = policy.Kind is PolicyKind.LinUcb or PolicyKind.HierLinUcb;
        foreach (ref var candidate in candidates)
        {
            if (isLinear)
            {
                var belief = linear.BeliefOf(
                    candidate.Item, model.ClusterIdBase, Clusters, Weights, policy.Kind == PolicyKind.HierLinUcb);
                candidate = candidate with
                {
                    Score = belief.Mean + (policy.Alpha * belief.Spread),
                    Mean = belief.Mean,
                    Spread = belief.Spread,
                };
                continue;
            }

            var totals = items.ReadTotals(candidate.Item);
            var (score, mean, spread) = ItemScores.Of(policy, totals.N, totals.R, _shown, _rewarded);
            candidate = candidate with { Score = score, Mean = mean, Spread = spread };
        }

        return candidates;
    }
}
