using Recs.Offline.Guards;

namespace Recs.Offline.Evaluation.Generations;

/// <summary>
/// Generations of a policy that is retrained on its own log, with guard-rails or without: without them it trains on its last
/// generation alone, takes what has not come yet for a no, and serves whatever comes out.
/// </summary>
public sealed class GenerationStudy
{
    const int Decisions = 4000;
    const int Contexts = 400;
    const double Immature = 0.2;
    const double Late = 0.5;
    const double Gamma = 400;
    const double FirstRate = 0.1;
    const int Purpose = 0x67656E31;

    readonly GuardRails? _rails;
    readonly GenerationWorld _world;
    readonly SeededRandom _chance;
    readonly double[][] _contexts;
    readonly List<GenerationRow> _log = [];
    List<(double Share, GenerationModel Model)> _serving = [(1, GenerationModel.Of(FirstRate))];
    double[][] _before = [];

    GenerationStudy(int seed, GuardRails? rails)
    {
        (_rails, _world, _chance) = (rails, new(seed), SeededRandom.Of(seed, Purpose));
        var chance = SeededRandom.Of(~seed, Purpose);
        _contexts = [.. Enumerable.Range(0, Contexts).Select(_ => GenerationWorld.Context(chance))];
    }

    /// <summary>Runs a number of generations.</summary>
    /// <param name="generations">T ≥ 1.</param>
    /// <param name="seed">Seed of the world and of every draw; both arms meet the same world.</param>
    /// <param name="rails">The guard-rails; null for none.</param>
    public static GenerationOutcome[] Run(int generations, int seed, GuardRails? rails)
    {
        var study = new GenerationStudy(seed, rails);
        return [.. Enumerable.Range(0, generations).Select(study.Live)];
    }

    GenerationOutcome Live(int generation)
    {
        var candidate = generation == 0 ? _serving : Candidate();
        var isRolledBack = false;
        var first = 0;
        if (_rails is { } rails && generation > 0)
        {
            first = (int)(Decisions * rails.CanaryShare);
            isRolledBack = !TryCanary(generation, candidate, first, rails);
            candidate = isRolledBack ? _serving : candidate;
        }

        Serve(generation, candidate, first, Decisions);
        var outcome = Measure(generation, candidate, isRolledBack);
        _serving = candidate;
        foreach (var action in _world.Renew())
        {
            foreach (var (_, model) in _serving)
            {
                model.Forget(action);
            }

            _log.RemoveAll(row => row.Action == action);
        }

        return outcome;
    }

    /// <summary>What training makes of the log, within the trust region.</summary>
    List<(double Share, GenerationModel Model)> Candidate()
    {
        var newest = _log.Count == 0 ? 0 : _log[^1].Generation;
        if (_rails is null)
        {
            var own = _log.Where(row => row.Generation == newest).ToArray();
            return [(1, GenerationModel.Fit(own, own.Average(row => row.Seen ? 1.0 : 0)))];
        }

        var pooled = _log.Where(row => row.Generation > newest - _rails.Generations && row.IsMatured).ToArray();
        var uniform = pooled.Where(row => row.IsUniform).ToArray();
        var rate = uniform.Length > 0 ? uniform.Average(row => row.Seen ? 1.0 : 0) : FirstRate;
        var model = GenerationModel.Fit(pooled, rate);
        model.Calibrate(uniform);
        var changed = _contexts.Average(context => model.Best(context) == _serving[0].Model.Best(context) ? 0.0 : 1);
        var share = _rails.Changed(changed).Holds ? 1 : _rails.ChangedShareMax / changed;
        return share == 1 ? [(1, model)] : [(share, model), (1 - share, _serving[0].Model)];
    }

    /// <summary>Half of the canary's decisions by the new policy, half by the old.</summary>
    bool TryCanary(int generation, List<(double Share, GenerationModel Model)> candidate, int decisions, GuardRails rails)
    {
        var tried = Serve(generation, candidate, 0, decisions / 2);
        var kept = Serve(generation, _serving, 0, decisions - (decisions / 2));
        var (p, q) = (tried.Average(), kept.Average());
        var error = Math.Sqrt((p * (1 - p) / tried.Length) + (q * (1 - q) / kept.Length));
        return rails.Canary(p - q, error).Holds;
    }

    /// <summary>Serves some decisions and logs them.</summary>
    /// <returns>The rewards that came in the end.</returns>
    double[] Serve(int generation, List<(double Share, GenerationModel Model)> policy, int from, int to)
    {
        var rewards = new double[to - from];
        for (var i = from; i < to; i++)
        {
            var context = GenerationWorld.Context(_chance);
            var isUniform = _rails is not null && _chance.NextDouble() < _rails.UniformShare;
            var distribution = Distribution(policy, context);
            var action = Draw(isUniform ? null : distribution);
            var isRewarded = _chance.NextDouble() < _world.ChanceOf(action, context);
            var isMatured = i < Decisions * (1 - Immature);
            var isLate = _chance.NextDouble() < Late;
            var floor = _rails?.UniformShare ?? 0;
            _log.Add(new(
                generation, context, action, ((1 - floor) * distribution[action]) + (floor / distribution.Length),
                isRewarded && (isMatured || !isLate), isMatured, isUniform));
            rewards[i - from] = isRewarded ? 1 : 0;
        }

        return rewards;
    }

    GenerationOutcome Measure(int generation, List<(double Share, GenerationModel Model)> policy, bool isRolledBack)
    {
        var floor = _rails?.UniformShare ?? 0;
        var (value, best, predicted, real, divergence) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var distributions = new double[Contexts][];
        for (var c = 0; c < Contexts; c++)
        {
            var distribution = Distribution(policy, _contexts[c]);
            distributions[c] = [.. distribution.Select(p => ((1 - floor) * p) + (floor / distribution.Length))];
            var highest = 0.0;
            for (var action = 0; action < distribution.Length; action++)
            {
                var chance = _world.ChanceOf(action, _contexts[c]);
                value += distributions[c][action] * chance / Contexts;
                highest = Math.Max(highest, chance);
                predicted += policy[0].Model.Predict(action, _contexts[c]) / Contexts / distribution.Length;
                real += chance / Contexts / distribution.Length;
                divergence += _before.Length == 0 ? 0
                    : distributions[c][action] * Math.Log(distributions[c][action] / _before[c][action]) / Contexts;
            }

            best += highest / Contexts;
        }

        _before = distributions;
        var own = _log.Where(row => row.Generation == generation).ToArray();
        return new(value, own.Average(row => row.Seen ? 1.0 : 0), Math.Abs(predicted - real), divergence, isRolledBack, best);
    }

    static double[] Distribution(List<(double Share, GenerationModel Model)> policy, double[] context)
    {
        var mixed = new double[GenerationWorld.Actions];
        foreach (var (share, model) in policy)
        {
            var own = model.Distribution(context, Gamma);
            for (var action = 0; action < mixed.Length; action++)
            {
                mixed[action] += share * own[action];
            }
        }

        return mixed;
    }

    int Draw(double[]? distribution)
    {
        if (distribution is null)
        {
            return _chance.NextIndex(GenerationWorld.Actions);
        }

        var left = _chance.NextDouble();
        var action = 0;
        while (action < distribution.Length - 1 && left >= distribution[action])
        {
            left -= distribution[action++];
        }

        return action;
    }
}
