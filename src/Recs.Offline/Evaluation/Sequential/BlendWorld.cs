namespace Recs.Offline.Evaluation.Sequential;

/// <summary>
/// A world whose layers each know a part of the truth: candidates with L features, rewarded with chance σ(⟨w*, f⟩ − 2.5). The
/// blend that earns most is not what serves first.
/// </summary>
public sealed class BlendWorld
{
    const int Candidates = 20;
    const int Purpose = 0x73637233;
    const double Floor = 0.1;
    const double Threshold = 2.5;

    static readonly double[] Truth = [2, -1, 0.5, 0];

    /// <summary>Roll-outs of doubling length, each fitted on the pooled log of all before it.</summary>
    /// <param name="rollouts">M ≥ 1.</param>
    /// <param name="first">Decisions of the first roll-out.</param>
    /// <param name="penalty">λ.</param>
    /// <param name="seed">Seed of everything.</param>
    /// <returns>Value of the policy after each roll-out, shape [M + 1], the start first, and of the best blend.</returns>
    public static (double[] Values, double Best) Run(int rollouts, int first, double penalty, int seed)
    {
        var weights = new double[Truth.Length];
        var values = new double[rollouts + 1];
        values[0] = ValueOf(weights, seed);
        var rows = new List<BlendWeights.Row>();
        var chance = SeededRandom.Of(seed, Purpose);
        for (var rollout = 1; rollout <= rollouts; rollout++)
        {
            for (var i = 0; i < first << (rollout - 1); i++)
            {
                rows.Add(Serve(weights, chance));
            }

            weights = BlendWeights.Fit(rows, weights, penalty, Floor);
            values[rollout] = ValueOf(weights, seed);
        }

        return (values, ValueOf([.. Truth.Select(weight => 20 * weight)], seed));
    }

    static BlendWeights.Row Serve(double[] weights, SeededRandom chance)
    {
        var features = Features(chance);
        var probabilities = BlendWeights.Probabilities(features, weights, Floor);
        var left = chance.NextDouble();
        var shown = 0;
        while (shown < Candidates - 1 && left >= probabilities[shown])
        {
            left -= probabilities[shown++];
        }

        return new(features, shown, probabilities[shown], chance.NextDouble() < Chance(features, shown) ? 1 : 0);
    }

    static double ValueOf(double[] weights, int seed)
    {
        const int Decisions = 2000;
        var chance = SeededRandom.Of(~seed, Purpose);
        var value = 0.0;
        for (var i = 0; i < Decisions; i++)
        {
            var features = Features(chance);
            var probabilities = BlendWeights.Probabilities(features, weights, Floor);
            for (var item = 0; item < Candidates; item++)
            {
                value += probabilities[item] * Chance(features, item) / Decisions;
            }
        }

        return value;
    }

    static double[] Features(SeededRandom chance)
    {
        var features = new double[Candidates * Truth.Length];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = chance.NextNormal();
        }

        return features;
    }

    static double Chance(double[] features, int item)
    {
        var score = -Threshold;
        for (var layer = 0; layer < Truth.Length; layer++)
        {
            score += Truth[layer] * features[(item * Truth.Length) + layer];
        }

        return 1 / (1 + Math.Exp(-score));
    }
}
