using System.Numerics.Tensors;

namespace Recs.Matching.Slates;

/// <summary>
/// The fatigue of seeing an item again: a penalty that halves every h days since this viewer last saw it. RDSA,
/// Yancey and Settles, KDD 2020, as restated in notes on it: γ = 0.017, h = 15 days, τ = 0.0025.
/// </summary>
public static class RecencyPenalty
{
    /// <summary>γ: penalty of an item seen this moment, in reward units.</summary>
    public const double Gamma = 0.017;

    /// <summary>h: days in which the penalty halves.</summary>
    public const double HalfLifeDays = 15;

    /// <summary>γ·0.5^(d/h); 0 when never seen.</summary>
    /// <param name="days">d: days since this viewer last saw the item, ≥ 0; +∞ or NaN when never.</param>
    /// <param name="gamma">γ ≥ 0, in the score's unit.</param>
    /// <param name="halfLifeDays">h > 0.</param>
    public static double Of(double days, double gamma = Gamma, double halfLifeDays = HalfLifeDays) =>
        double.IsFinite(days) ? gamma * double.Exp2(-Math.Max(days, 0) / halfLifeDays) : 0;

    /// <summary>Takes the penalty of every item in the viewer's history from the candidates' scores and means.</summary>
    /// <param name="candidates">Shape [n].</param>
    /// <param name="seen">Rows this viewer has seen, shape [h], ascending.</param>
    /// <param name="days">Days since each was last seen, shape [h], same order.</param>
    /// <param name="gamma">γ.</param>
    /// <param name="halfLifeDays">h.</param>
    /// <remarks>O(n·log h). A descending order of the candidates does not survive it.</remarks>
    public static void Apply(
        Span<Candidate> candidates, ReadOnlySpan<int> seen, ReadOnlySpan<float> days,
        double gamma = Gamma, double halfLifeDays = HalfLifeDays)
    {
        if (seen.IsEmpty)
        {
            return;
        }

        foreach (ref var candidate in candidates)
        {
            var at = seen.BinarySearch(candidate.Item);
            if (at >= 0)
            {
                var penalty = (float)Of(days[at], gamma, halfLifeDays);
                candidate = candidate with { Score = candidate.Score - penalty, Mean = candidate.Mean - penalty };
            }
        }
    }

    /// <summary>RDSA's own draw: π(a) ∝ exp(s_a/τ).</summary>
    /// <param name="scores">Penalised scores, shape [n], n ≥ 1.</param>
    /// <param name="temperature">τ > 0, in the score's unit.</param>
    /// <param name="probabilities">Receives π, shape [n].</param>
    public static void Softmax(ReadOnlySpan<double> scores, double temperature, Span<double> probabilities)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max(scores), probabilities);
        TensorPrimitives.Divide(probabilities, temperature, probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<double>(probabilities), probabilities);
    }
}
