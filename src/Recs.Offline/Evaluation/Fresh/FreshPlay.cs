using Recs.Matching.Bandits;
using Recs.Matching.Numerics;
using Recs.Matching.Slates;

namespace Recs.Offline.Evaluation.Fresh;

/// <summary>
/// One closed loop of <c>hier-ucb</c> in a world that publishes daily: the best by the policy, and a share of the positions for what was
/// published today (Yi et al. 2023, the two modes of serving). Slates are assembled by the code that serves.
/// </summary>
public sealed class FreshPlay
{
    /// <summary>Positions of a slate.</summary>
    public const int Positions = 5;

    const int ActiveClusters = 3;
    const double Temperature = 0.3;
    const int RefreshInterval = 50;
    const int Enough = 10;

    readonly FreshWorld _world;
    readonly SlatePolicy _policy;
    readonly FreshBelief _belief = new();
    readonly Candidate[] _alive = new Candidate[FreshWorld.LifeDays * FreshWorld.ItemsPerDay];
    readonly Candidate[] _fresh = new Candidate[FreshWorld.ItemsPerDay];
    readonly int[] _shownToday = new int[FreshWorld.ItemCount];
    readonly double[] _earned = new double[FreshWorld.ItemCount];
    readonly SlateItem[] _slate = new SlateItem[Positions];
    Rng _rng;
    double _clicks;
    double _freshClicks;
    double _exploredClicks;
    int _explored;
    int _seen;

    FreshPlay(FreshWorld world, double alpha, double freshShare, int seed)
    {
        _world = world;
        _rng = new Rng((ulong)seed);
        _policy = SlatePolicy.Of(PolicyKind.HierUcb) with { Alpha = (float)alpha, TopK = 1, FreshShare = (float)freshShare };
    }

    /// <summary>Plays the whole run.</summary>
    /// <param name="world">The world.</param>
    /// <param name="alpha">Width of the confidence bound by which every layer ranks; 0 trusts the means.</param>
    /// <param name="freshShare">Share of the positions drawn from today's items, in [0, 1].</param>
    /// <param name="seed">Seed of the policy's own draws.</param>
    public static FreshOutcome Run(FreshWorld world, double alpha, double freshShare, int seed)
    {
        var play = new FreshPlay(world, alpha, freshShare, seed);
        for (var day = 0; day < FreshWorld.Days; day++)
        {
            play.Day(day);
        }

        return play.Outcome();
    }

    void Day(int day)
    {
        var clusters = new int[ActiveClusters];
        Span<double> similarities = stackalloc double[FreshWorld.ClusterCount];
        Array.Clear(_shownToday);
        for (var request = day * FreshWorld.RequestsPerDay; request < (day + 1) * FreshWorld.RequestsPerDay; request++)
        {
            var viewer = _world.ViewerOf(request);
            _world.Similarities(viewer, similarities);
            ContextWeights.TopClusters(similarities, clusters);
            Show(day, request, viewer, [.. clusters], ContextWeights.Softmax(similarities, clusters, Temperature));
            if ((request + 1) % RefreshInterval == 0)
            {
                _belief.Refresh();
            }
        }

        _seen += day < FreshWorld.FirstDay ? 0 : _shownToday.Count(times => times >= Enough);
    }

    void Show(int day, int request, double[] viewer, int[] clusters, double[] weights)
    {
        var (start, end) = FreshWorld.AliveOn(day);
        for (var item = start; item < end; item++)
        {
            var affinity = _world.AffinityOf(viewer, item);
            var (mean, spread) = _belief.Of(item, affinity, clusters, weights);
            _alive[item - start] = new(
                item, (float)(mean + (_policy.Alpha * spread)), (float)mean, (float)spread, (float)_belief.PriorOf(affinity), 0, Layer.Bandit);
        }

        var today = _alive.AsSpan(end - start - FreshWorld.ItemsPerDay, FreshWorld.ItemsPerDay);
        today.CopyTo(_fresh);
        foreach (ref var candidate in _fresh.AsSpan())
        {
            candidate = candidate with { Source = Layer.Fresh };
        }

        var nominations = new SlateNominations { Bandit = _alive.AsSpan(0, end - start), Fresh = _fresh };
        _ = SlateAssembly.Fill(nominations, _policy, _slate, ref _rng);
        foreach (var (candidate, _) in _slate)
        {
            Count(day, candidate, _world.ProbabilityOf(viewer, candidate.Item));
            _belief.Add(
                candidate.Item, _world.AffinityOf(viewer, candidate.Item), clusters, weights, _world.Clicks(request, viewer, candidate.Item));
        }
    }

    void Count(int day, Candidate shown, double chance)
    {
        _earned[shown.Item] += shown.Source == Layer.Fresh ? 0 : chance;
        if (day < FreshWorld.FirstDay)
        {
            return;
        }

        _shownToday[shown.Item]++;
        _clicks += chance;
        _freshClicks += day - (shown.Item / FreshWorld.ItemsPerDay) < 2 ? chance : 0;
        if (shown.Source == Layer.Fresh)
        {
            _explored++;
            _exploredClicks += chance;
        }
    }

    FreshOutcome Outcome()
    {
        const int Days = FreshWorld.Days - FreshWorld.FirstDay;
        const int Requests = Days * FreshWorld.RequestsPerDay;
        var elsewhere = (_clicks - _exploredClicks) / ((Requests * Positions) - _explored);
        var ended = _earned.AsSpan(
            (FreshWorld.FirstDay - FreshWorld.LifeDays) * FreshWorld.ItemsPerDay, (FreshWorld.Days - FreshWorld.LifeDays) * FreshWorld.ItemsPerDay);
        var discovered = 0;
        foreach (var clicks in ended)
        {
            discovered += clicks >= Enough ? 1 : 0;
        }

        return new(
            1000 * _clicks / Requests,
            1000 * _freshClicks / Requests,
            ((_explored * elsewhere) - _exploredClicks) / _clicks,
            (double)_seen / Days,
            discovered);
    }
}
