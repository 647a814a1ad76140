namespace Recs.Cli.Simulate;

/// <summary>Sums of the visits that one policy served.</summary>
sealed class ArmTally
{
    /// <summary>Slates served.</summary>
    public int Decisions { get; private set; }

    /// <summary>Sum of true click probabilities of everything shown.</summary>
    public double Reward { get; private set; }

    /// <summary>Clicks that happened.</summary>
    public int Clicks { get; private set; }

    /// <summary>What the best slates for the same visits would have earned.</summary>
    public double OracleReward { get; private set; }

    /// <summary>Expected clicks per thousand slates; null when there was none.</summary>
    public double? PerThousand => Decisions == 0 ? null : Math.Round(1000 * Reward / Decisions, 1);

    /// <summary>The oracle's expected clicks per thousand slates; null when there was none.</summary>
    public double? OraclePerThousand => Decisions == 0 ? null : Math.Round(1000 * OracleReward / Decisions, 1);

    /// <summary>Adds one visit.</summary>
    public void Add(double reward, int clicks, double oracleReward)
    {
        Decisions++;
        Reward += reward;
        Clicks += clicks;
        OracleReward += oracleReward;
    }
}
