namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// A contextual bandit whose every expectation is known: finitely many contexts, equally likely; Bernoulli rewards; a logging
/// and a target policy that are both softmax functions of context and action.
/// </summary>
/// <remarks>The proof of the estimators runs on it: the target's value is a sum, not another estimate.</remarks>
public sealed class SyntheticWorld
{
    const int WorldPurpose = 0x776F726C;
    const int LogPurpose = 0x6C6F6773;

    readonly double[][] _features;
    readonly double[][] _means;
    readonly double[][] _behavior;
    readonly double[][] _target;
    readonly string[] _actions;

    SyntheticWorld(double[][] features, double[][] means, double[][] behavior, double[][] target)
    {
        _features = features;
        _means = means;
        _behavior = behavior;
        _target = target;
        _actions = [.. Enumerable.Range(0, means[0].Length).Select(action => $"a{action}")];
    }

    /// <summary>E[r] under the target.</summary>
    public double TargetValue => Value(_target);

    /// <summary>E[r] under the logging policy.</summary>
    public double LoggedValue => Value(_behavior);

    /// <summary>The largest weight that can occur.</summary>
    public double WeightBound => _target.Zip(_behavior, (target, behavior) => target.Zip(behavior, (e, b) => e / b).Max()).Max();

    /// <summary>A world.</summary>
    /// <param name="seed">Determines everything.</param>
    /// <param name="contexts">Number of contexts, at least 1.</param>
    /// <param name="actions">Number of actions, at least 2.</param>
    /// <param name="sharpness">How far the policies are from uniform, ≥ 0: 1 is mild, 3 hard.</param>
    public static SyntheticWorld Create(int seed, int contexts = 12, int actions = 5, double sharpness = 1)
    {
        const int Dimensions = 3;
        var chance = SeededRandom.Of(seed, WorldPurpose);
        var slopes = Table(actions, Dimensions + 1, chance);
        var features = Table(contexts, Dimensions, chance);
        var means = features.Select(x => slopes.Select(slope => Logistic(Score(slope, x) - 0.5)).ToArray()).ToArray();
        return new(features, means, Softmax(contexts, actions, sharpness, chance), Softmax(contexts, actions, sharpness, chance));
    }

    /// <summary>A log of the logging policy, one position.</summary>
    /// <param name="rows">n ≥ 1.</param>
    /// <param name="seed">Seed of contexts, choices and rewards.</param>
    /// <returns>The log, the target on its rows, and the true expected rewards, shape [n][A].</returns>
    public (BanditLog Log, TargetPolicy Target, double[][] Means) Draw(int rows, int seed)
    {
        var chance = SeededRandom.Of(seed, LogPurpose);
        var contexts = new int[rows];
        var shown = new int[rows];
        var propensities = new double[rows];
        var rewards = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            var context = contexts[row] = chance.NextIndex(_features.Length);
            shown[row] = Choice(_behavior[context], chance);
            propensities[row] = _behavior[context][shown[row]];
            rewards[row] = chance.NextDouble() < _means[context][shown[row]] ? 1 : 0;
        }

        var log = new BanditLog
        {
            Name = "synthetic",
            Actions = _actions,
            PositionCount = 1,
            Shown = shown,
            Positions = new int[rows],
            Propensities = propensities,
            Rewards = rewards,
            Features = [.. contexts.Select(context => _features[context])],
        };
        return (log, new("target", _target, contexts), [.. contexts.Select(context => _means[context])]);
    }

    static double[][] Table(int rows, int columns, SeededRandom chance)
    {
        var table = new double[rows][];
        for (var row = 0; row < rows; row++)
        {
            table[row] = new double[columns];
            for (var column = 0; column < columns; column++)
            {
                table[row][column] = chance.NextNormal();
            }
        }

        return table;
    }

    static double[][] Softmax(int contexts, int actions, double sharpness, SeededRandom chance)
    {
        var table = Table(contexts, actions, chance);
        foreach (var row in table)
        {
            var total = 0.0;
            for (var action = 0; action < actions; action++)
            {
                row[action] = Math.Exp(sharpness * row[action]);
                total += row[action];
            }

            for (var action = 0; action < actions; action++)
            {
                row[action] /= total;
            }
        }

        return table;
    }

    static int Choice(double[] distribution, SeededRandom chance)
    {
        var left = chance.NextDouble();
        var action = 0;
        while (action < distribution.Length - 1 && left >= distribution[action])
        {
            left -= distribution[action];
            action++;
        }

        return action;
    }

    static double Score(double[] slope, double[] features)
    {
        var score = slope[^1];
        for (var i = 0; i < features.Length; i++)
        {
            score += slope[i] * features[i];
        }

        return score;
    }

    static double Logistic(double score) => 1 / (1 + Math.Exp(-score));

    double Value(double[][] policy) =>
        policy.Zip(_means, (probabilities, means) => probabilities.Zip(means, (p, mean) => p * mean).Sum()).Average();
}
