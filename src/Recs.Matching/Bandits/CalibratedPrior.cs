namespace Recs.Matching.Bandits;

/// <summary>
/// The calibrated prior π = σ(a + β·x) of an affinity x = ⟨u, v⟩: two global numbers, learned by online logistic
/// regression with step 2/√(n + 100), n the impressions seen so far.
/// </summary>
/// <param name="Intercept">a, in log-odds.</param>
/// <param name="Slope">β, log-odds per unit of affinity.</param>
/// <param name="Impressions">n ≥ 0.</param>
/// <remarks>
/// The gradient of one impression is split in two so that it can be applied before its reward is known:
/// the impression steps by −π·(1, x), the reward by +r·(1, x). Applied together they are the usual step (r − π)·(1, x).
/// </remarks>
public readonly record struct CalibratedPrior(double Intercept, double Slope, double Impressions)
{
    /// <summary>A reward rate of a quarter or so at affinity 0, rising with affinity: better than a coin while nothing is known.</summary>
    public static CalibratedPrior Initial => new(-1, 1, 0);

    /// <summary>π in (0, 1).</summary>
    public double At(double affinity) => 1 / (1 + Math.Exp(-(Intercept + (Slope * affinity))));

    /// <summary>The impression's half of the step, with π computed at the current a and β.</summary>
    public CalibratedPrior Shown(double affinity)
    {
        var step = StepAfter(Impressions) * At(affinity);
        return new(Intercept - step, Slope - (step * affinity), Impressions + 1);
    }

    /// <summary>The reward's half of the step, r in [0, 1]; call after <see cref="Shown"/> of the same impression.</summary>
    public CalibratedPrior Rewarded(double affinity, double reward)
    {
        var step = StepAfter(Math.Max(0, Impressions - 1)) * reward;
        return new(Intercept + step, Slope + (step * affinity), Impressions);
    }

    static double StepAfter(double impressions) => 2 / Math.Sqrt(impressions + 100);
}
