namespace Recs.Offline.Joins;

/// <summary>
/// Logged bandit feedback of the serving policy: one row for each item shown by a decision, with what it earned within
/// the attribution window. Rows are ordered by the time of the decision; those of one decision are adjacent, by position.
/// </summary>
/// <remarks>n rows of m decisions with k active clusters in all: 17n + 21m + 6k bytes. Nobody writes to the arrays.</remarks>
public sealed record BanditFeedback
{
    /// <summary>Rows of decision i are Starts[i] to Starts[i + 1], shape [m + 1].</summary>
    public required int[] Starts { get; init; }

    /// <summary>The action: catalogue row of the item shown, shape [n].</summary>
    public required int[] Items { get; init; }

    /// <summary>Where it was shown, 0 to 99, shape [n].</summary>
    public required byte[] Positions { get; init; }

    /// <summary>Probability of the item at its position given the positions before it, in (0, 1], shape [n].</summary>
    public required float[] Propensities { get; init; }

    /// <summary>Sum of the item's rewards within the attribution window, clipped to [0, 1], shape [n].</summary>
    public required float[] Rewards { get; init; }

    /// <summary>Bit k is set when active cluster k had an edge to the item, shape [n].</summary>
    public required ushort[] Matched { get; init; }

    /// <summary>π · 65535: chance of a reward before feedback, as it was when decided, shape [n].</summary>
    public required ushort[] Priors { get; init; }

    /// <summary>Active clusters of decision i are ContextStarts[i] to ContextStarts[i + 1], shape [m + 1].</summary>
    public required int[] ContextStarts { get; init; }

    /// <summary>Global ids of the active clusters, shape [k].</summary>
    public required int[] Clusters { get; init; }

    /// <summary>w · 65535 of the active clusters, shape [k].</summary>
    public required ushort[] Weights { get; init; }

    /// <summary>Number of the policy that decided, shape [m].</summary>
    public required byte[] Policies { get; init; }

    /// <summary>Version of the graph that nominated, shape [m].</summary>
    public required uint[] Graphs { get; init; }

    /// <summary>When it was decided, in Unix milliseconds, ascending, shape [m].</summary>
    public required long[] DecidedMs { get; init; }

    /// <summary>Shown items that are not here.</summary>
    public required FeedbackDrops Dropped { get; init; }

    /// <summary>Rewards that came later than the attribution window and do not count.</summary>
    public required long LateRewards { get; init; }

    /// <summary>n.</summary>
    public int Rows => Items.Length;

    /// <summary>m.</summary>
    public int Decisions => Policies.Length;

    /// <summary>Mean reward of a row in [0, 1]; not a number without rows.</summary>
    public double MeanReward
    {
        get
        {
            var sum = 0.0;
            foreach (var reward in Rewards)
            {
                sum += reward;
            }

            return sum / Rows;
        }
    }

    /// <summary>Active clusters of a decision, global ids.</summary>
    public ReadOnlySpan<int> ClustersOf(int decision) => Clusters.AsSpan(ContextStarts[decision]..ContextStarts[decision + 1]);

    /// <summary>Their weights · 65535, same order.</summary>
    public ReadOnlySpan<ushort> WeightsOf(int decision) => Weights.AsSpan(ContextStarts[decision]..ContextStarts[decision + 1]);

    /// <summary>Items that a decision showed, by position.</summary>
    public ReadOnlySpan<int> ItemsOf(int decision) => Items.AsSpan(Starts[decision]..Starts[decision + 1]);
}
