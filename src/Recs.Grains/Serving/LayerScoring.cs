using Recs.Grains.Items;
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
    int neuralCandidates,
    in PopulationSums sums)
{
    // Lists of the index that a request looks at: nine of ten of the nearest items are in those of so many clusters.
    const int IndexLists = 8;

    readonly ReadOnlySpan<float> _user = user;
    readonly long _shown = Sum(sums.Impressions);
    readonly double _rewarded = Sum(sums.Rewards) / 65535.0;

    ReadOnlySpan<int> Clusters => scratch.Clusters.AsSpan(0, active);

    ReadOnlySpan<float> Weights => scratch.Weights.AsSpan(0, active);

    VectorTable? Vectors => _user.IsEmpty ? null : model.Vectors;

    /// <summary>Whether the best by the edges are all that can be drawn; a neural model ranks as many as it has room for.</summary>
    bool RanksByEdges => policy.Kind.RanksEdges() || policy.Kind.IsNeural();

    /// <summary>The edges of the active clusters.</summary>
    public Span<Candidate> Edges(int count, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        var found = EdgeScorer.Top(
            model.Table, items, Vectors, Clusters, Weights, _user, options, eligibility,
            scratch.Bandit.AsSpan(0, RanksByEdges ? Wanted(count) : scratch.Bandit.Length), scratch.Work, ref rng);
        return Ranked(scratch.Bandit.AsSpan(0, found));
    }

    /// <summary>The caller's own list.</summary>
    public Span<Candidate> Named(int[] rows, scoped in Eligibility eligibility, scoped ref Rng rng) =>
        Score(rows, Layer.Candidates, scratch.Nearest, eligibility, ref rng);

    /// <summary>The items nearest to the viewer that came into being since a time; the newest for a viewer without a taste.</summary>
    public Span<Candidate> Near(Layer layer, long since, scoped in Eligibility eligibility, Span<Candidate> buffer, scoped ref Rng rng)
    {
        var found = model.Index.Nearest(
            _user, IndexLists, since, items, eligibility, scratch.Found.AsSpan(0, Math.Min(buffer.Length, RequestScratch.NearMax)));
        return Score(scratch.Found.AsSpan(0, found), layer, buffer, eligibility, ref rng);
    }

    /// <summary>The population's favourites; every eligible item has its turn when nothing else is left.</summary>
    /// <param name="count">Positions of the slate.</param>
    /// <param name="filter">Only its items, all of them looked at; null for the whole catalogue.</param>
    /// <param name="ranking">The catalogue's favourites.</param>
    /// <param name="eligibility">With the excluded rows as a set.</param>
    /// <param name="rng">Breaks ties.</param>
    public Span<Candidate> Popular(
        int count, CategoryFilter? filter, PopularRows ranking, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        var best = new PopularityHeap(Wanted(count));
        var found = 0;
        if (filter is not null)
        {
            scratch.Rows.Clear();
            filter.AddTo(scratch.Rows);
            foreach (var row in scratch.Rows)
            {
                found += Offer(best, row, eligibility) ? 1 : 0;
            }
        }
        else
        {
            var ranked = ranking.Of(items, _shown, _rewarded, policy.PopularShrinkage);
            foreach (var row in ranked)
            {
                found += Offer(best, row, eligibility) ? 1 : 0;
            }

            if (found < count && ranked.Length == PopularRows.RowsMax)
            {
                best = new PopularityHeap(Wanted(count));
                for (var row = 0; row < items.RowCount; row++)
                {
                    _ = Offer(best, row, eligibility);
                }
            }
        }

        return Score(best.Rows(), Layer.Popular, scratch.Popular, eligibility, ref rng);
    }

    bool Offer(PopularityHeap best, int row, scoped in Eligibility eligibility)
    {
        if (!items.IsEligible(row, eligibility) || eligibility.IsExcluded(row))
        {
            return false;
        }

        var totals = items.ReadTotals(row);
        best.Offer(row, ItemScores.Popular(totals.N, totals.R, _shown, _rewarded, policy.PopularShrinkage));
        return true;
    }

    static long Sum(in PopulationSums.PolicyLongs values)
    {
        var sum = 0L;
        foreach (var value in values[..PopulationSums.PolicyCountMax])
        {
            sum += value;
        }

        return sum;
    }

    /// <summary>Enough candidates that the policy's distribution over them is its distribution over all.</summary>
    int Wanted(int count) => Math.Min(
        scratch.Bandit.Length,
        policy.Kind.IsNeural() ? neuralCandidates * 3 / 4
            : policy.Floor > 0 || policy.Kind is PolicyKind.Uniform or PolicyKind.EpsilonGreedy ? scratch.Bandit.Length
            : count + Math.Max(policy.TopK, policy.Kind.IsThompson() || policy.Kind.IsGapWeighted() ? policy.PoolSize : 0));

    Span<Candidate> Score(ReadOnlySpan<int> rows, Layer layer, Span<Candidate> buffer, scoped in Eligibility eligibility, scoped ref Rng rng)
    {
        var found = EdgeScorer.TopOf(
            model.Table, items, Vectors, Clusters, Weights, _user, options, eligibility, rows, layer, buffer, scratch.Work, ref rng);
        return Ranked(buffer[..found]);
    }

    /// <summary>Policies of an item's own statistics rank by those, the linear ones by its regression, the neural ones later.</summary>
    Span<Candidate> Ranked(Span<Candidate> candidates)
    {
        if (RanksByEdges)
        {
            return candidates;
        }

        var bonus = policy.Kind is PolicyKind.LinUcb or PolicyKind.HierLinUcb ? policy.Alpha : 0;
        foreach (ref var candidate in candidates)
        {
            if (policy.Kind.IsLinear())
            {
                var belief = linear.BeliefOf(
                    candidate.Item, model.ClusterIdBase, Clusters, Weights, policy.Kind == PolicyKind.HierLinUcb);
                candidate = candidate with
                {
                    Score = belief.Mean + (bonus * belief.Spread),
                    Mean = belief.Mean,
                    Spread = belief.Spread,
                };
                continue;
            }

            var (score, mean, spread) = ItemScores.Of(policy, items.ReadTotals(candidate.Item), _shown, _rewarded);
            candidate = candidate with { Score = score, Mean = mean, Spread = spread };
        }

        return candidates;
    }
}
