using Recs.Matching.Bandits;

namespace Recs.Matching.Slates;

/// <summary>Inverse gap weighting over candidates by their scores: the loss of an item is 1 − score/<see cref="SlatePolicy.RewardMax"/>, within [0, 1].</summary>
static class GapWeights
{
    /// <summary>The distribution. O(n), for capped-igw O(n) times about 60 halvings; no allocation.</summary>
    /// <param name="candidates">Best first, shape [n], n ≤ <see cref="SlatePolicy.PoolSizeMax"/>.</param>
    /// <param name="policy">Its form, γ and τ.</param>
    /// <param name="weights">Receives the probabilities, shape [n]: sum 1, equal for equal scores.</param>
    public static void Fill(ReadOnlySpan<Candidate> candidates, SlatePolicy policy, Span<double> weights)
    {
        Span<double> losses = stackalloc double[SlatePolicy.PoolSizeMax];
        losses = losses[..candidates.Length];
        for (var place = 0; place < losses.Length; place++)
        {
            losses[place] = float.IsNaN(candidates[place].Score) ? 1 : Math.Clamp(1.0 - (candidates[place].Score / policy.RewardMax), 0, 1);
        }

        switch (policy.Kind)
        {
            case PolicyKind.FastCb or PolicyKind.NeuFastCb:
                InverseGapWeighting.FastCb(losses, policy.Gamma, weights);
                break;
            case PolicyKind.CappedIgw:
                Span<double> uniform = stackalloc double[losses.Length];
                uniform.Fill(1.0 / losses.Length);
                _ = CappedInverseGapWeighting.Fill(losses, uniform, policy.Tau, Math.Max(policy.Gamma, 1e-6), weights);
                break;
            default:
                InverseGapWeighting.SquareCb(losses, policy.Gamma, weights);
                break;
        }

        Share(candidates, weights);
    }

    /// <summary>What the first of the best takes for itself is shared by all that are as good.</summary>
    static void Share(ReadOnlySpan<Candidate> candidates, Span<double> weights)
    {
        var (tied, sum) = (0, 0.0);
        for (; tied < candidates.Length && candidates[tied].Score == candidates[0].Score; tied++)
        {
            sum += weights[tied];
        }

        weights[..tied].Fill(sum / Math.Max(tied, 1));
    }
}
