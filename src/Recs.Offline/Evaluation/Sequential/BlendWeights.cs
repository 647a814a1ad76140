using MathNet.Numerics.LinearAlgebra;

namespace Recs.Offline.Evaluation.Sequential;

/// <summary>
/// Weights that blend what the layers say of an item into one score: a softmax policy over the candidates of a decision, fitted by
/// counterfactual risk on the log of whatever was served, generation after generation.
/// </summary>
public static class BlendWeights
{
    /// <summary>A logged decision.</summary>
    /// <param name="Features">What each layer says of each candidate, shape [candidates x L], row-major.</param>
    /// <param name="Shown">The candidate that was shown.</param>
    /// <param name="Propensity">With which probability, &gt; 0.</param>
    /// <param name="Reward">In [0, 1].</param>
    public sealed record Row(double[] Features, int Shown, double Propensity, double Reward);

    /// <summary>Fits weights.</summary>
    /// <param name="rows">Rows of one or several generations, each with its own propensity; at least 2.</param>
    /// <param name="start">Weights to begin at: the ones that served last, shape [L].</param>
    /// <param name="penalty">λ of the variance.</param>
    /// <param name="floor">Share of decisions that are uniform when the policy serves, in [0, 1).</param>
    /// <returns>Weights, shape [L]. O(steps · rows · candidates · L²).</returns>
    public static double[] Fit(IReadOnlyList<Row> rows, double[] start, double penalty, double floor)
    {
        var losses = rows.Select(row => -row.Reward).ToArray();
        var behavior = rows.Select(row => row.Propensity).ToArray();
        var risk = new CounterfactualRisk(
            losses,
            behavior,
            (weights, densities) =>
            {
                for (var i = 0; i < densities.Length; i++)
                {
                    densities[i] = Probabilities(rows[i].Features, [.. weights], floor)[rows[i].Shown];
                }
            },
            penalty,
            1.0 / rows.Count);
        // Where a softmax is saturated it has no slope: a fit that went astray would stay there for ever.
        var onwards = risk.Minimise(Vector<double>.Build.DenseOfArray(start));
        var anew = risk.Minimise(Vector<double>.Build.Dense(start.Length));
        return [.. risk.At(onwards) <= risk.At(anew) ? onwards : anew];
    }

    /// <summary>The policy: softmax of the blended scores, mixed with uniform. Shape [candidates].</summary>
    /// <param name="features">Shape [candidates x L].</param>
    /// <param name="weights">Shape [L].</param>
    /// <param name="floor">Share of uniform.</param>
    public static double[] Probabilities(double[] features, IReadOnlyList<double> weights, double floor)
    {
        var count = features.Length / weights.Count;
        var probabilities = new double[count];
        var most = double.NegativeInfinity;
        for (var item = 0; item < count; item++)
        {
            for (var layer = 0; layer < weights.Count; layer++)
            {
                probabilities[item] += weights[layer] * features[(item * weights.Count) + layer];
            }

            most = Math.Max(most, probabilities[item]);
        }

        var total = 0.0;
        for (var item = 0; item < count; item++)
        {
            probabilities[item] = Math.Exp(probabilities[item] - most);
            total += probabilities[item];
        }

        for (var item = 0; item < count; item++)
        {
            probabilities[item] = ((1 - floor) * probabilities[item] / total) + (floor / count);
        }

        return probabilities;
    }
}
