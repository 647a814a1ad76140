namespace Recs.Grains.Learning;

/// <summary>
/// The calibrated prior π = σ(a + βx), learned by online logistic regression with step 2/√(n + 100): an impression
/// steps by −π·(1, x), a reward by r·(1, x), so the two may come in any order and at any distance.
/// </summary>
/// <remarks>Not thread-safe. A non-finite step is refused; a and β stay within ±20.</remarks>
public sealed class PriorRegression
{
    const double Bound = 20;
    const double StepScale = 2;
    const double StepOffset = 100;

    /// <summary>Intercept a, in log-odds.</summary>
    public double Intercept { get; private set; }

    /// <summary>Slope β, log-odds per unit of affinity.</summary>
    public double Slope { get; private set; }

    /// <summary>Impressions learned from.</summary>
    public double Count { get; private set; }

    /// <summary>Takes over stored values; non-finite ones become a start from nothing.</summary>
    public void Restore(double intercept, double slope, double count)
    {
        Intercept = double.IsFinite(intercept) ? Math.Clamp(intercept, -Bound, Bound) : 0;
        Slope = double.IsFinite(slope) ? Math.Clamp(slope, -Bound, Bound) : 1;
        Count = double.IsFinite(count) ? Math.Max(count, 0) : 0;
    }

    /// <summary>An item of affinity x was shown.</summary>
    /// <returns>False when the affinity was not finite and nothing was learned.</returns>
    public bool Impression(double affinity)
    {
        if (!double.IsFinite(affinity))
        {
            return false;
        }

        Move(-1 / (1 + Math.Exp(-(Intercept + (Slope * affinity)))), affinity);
        Count++;
        return true;
    }

    /// <summary>An item of affinity x earned a reward r in [−1, 1].</summary>
    /// <returns>False when a number was not finite and nothing was learned.</returns>
    public bool Reward(double affinity, double reward)
    {
        if (!double.IsFinite(affinity) || !double.IsFinite(reward))
        {
            return false;
        }

        Move(reward, affinity);
        return true;
    }

    void Move(double gradient, double affinity)
    {
        var step = StepScale / Math.Sqrt(Count + StepOffset);
        Intercept = Math.Clamp(Intercept + (step * gradient), -Bound, Bound);
        Slope = Math.Clamp(Slope + (step * gradient * affinity), -Bound, Bound);
    }
}
