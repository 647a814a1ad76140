namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>
/// Estimators of a slate's value, the sum of its rewards, from propensities per position. Rows of one slate are adjacent and
/// in the order of their positions; the result has one contribution per slate.
/// </summary>
/// <remarks>
/// Standard: Strehl, Langford, Li and Kakade (NIPS 2010) on whole slates. Item-position: Li, Abbasi-Yadkori et al. (KDD 2018).
/// Cascade, also called reward interaction: McInerney, Brost et al. (KDD 2020). All are O(n).
/// </remarks>
public static class SlateEstimators
{
    /// <summary>
    /// mean over slates of (Π_k w_k)·Σ_k r_k. Assumes nothing about how items affect each other, only that the recorded
    /// propensity at each position is conditional on the positions above it. Weights are products: only for short slates.
    /// </summary>
    public static Contributions Standard(WeightedFeedback feedback, ReadOnlySpan<int> slates)
    {
        var (weights, rewards) = Whole(feedback, slates);
        return new([.. weights.Zip(rewards, (weight, reward) => weight * reward)]);
    }

    /// <summary>Standard slate weights divided by their sum. The same assumption; consistent instead of unbiased.</summary>
    public static Contributions SelfNormalisedStandard(WeightedFeedback feedback, ReadOnlySpan<int> slates)
    {
        var (weights, rewards) = Whole(feedback, slates);
        return new(new double[weights.Length], [.. weights.Zip(rewards, (weight, reward) => weight * reward)], weights);
    }

    /// <summary>
    /// mean over slates of Σ_k w_k·r_k. Assumes that the reward at a position depends only on the item and the position
    /// (and the context), not on the other items; propensities are marginal per position.
    /// </summary>
    public static Contributions ItemPosition(WeightedFeedback feedback, ReadOnlySpan<int> slates) =>
        Estimators.Ips(feedback).BySlate(slates, CountOf(slates));

    /// <summary>DR per position, added up by slate. The assumption of <see cref="ItemPosition"/>.</summary>
    public static Contributions DoublyRobustItemPosition(WeightedFeedback feedback, ReadOnlySpan<int> slates) =>
        Estimators.DoublyRobust(feedback).BySlate(slates, CountOf(slates));

    /// <summary>
    /// mean over slates of Σ_k (Π_{j ≤ k} w_j)·r_k. Assumes that the reward at a position depends only on the items shown
    /// there and above; propensities are conditional on the positions above.
    /// </summary>
    public static Contributions Cascade(WeightedFeedback feedback, ReadOnlySpan<int> slates)
    {
        var sums = new double[CountOf(slates)];
        var weight = 1.0;
        for (var row = 0; row < slates.Length; row++)
        {
            weight = (row > 0 && slates[row] == slates[row - 1] ? weight : 1) * feedback.Weights[row];
            sums[slates[row]] += weight * feedback.Rewards[row];
        }

        return new(sums);
    }

    static (double[] Weights, double[] Rewards) Whole(WeightedFeedback feedback, ReadOnlySpan<int> slates)
    {
        var weights = new double[CountOf(slates)];
        var rewards = new double[weights.Length];
        Array.Fill(weights, 1);
        for (var row = 0; row < slates.Length; row++)
        {
            weights[slates[row]] *= feedback.Weights[row];
            rewards[slates[row]] += feedback.Rewards[row];
        }

        return (weights, rewards);
    }

    static int CountOf(ReadOnlySpan<int> slates)
    {
        for (var row = 0; row < slates.Length; row++)
        {
            var expected = row == 0 ? 0 : slates[row - 1];
            if (slates[row] != expected && (row == 0 || slates[row] != expected + 1))
            {
                throw new ArgumentException("slates are numbered from 0 and their rows are adjacent", nameof(slates));
            }
        }

        return slates.Length == 0 ? 0 : slates[^1] + 1;
    }
}
