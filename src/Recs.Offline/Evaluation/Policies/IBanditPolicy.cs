namespace Recs.Offline.Evaluation.Policies;

/// <summary>A policy that learns while it is evaluated. One instance per run; not thread-safe.</summary>
public interface IBanditPolicy
{
    /// <summary>Chooses one arm.</summary>
    /// <param name="context">The request.</param>
    /// <param name="arms">The arms that may be shown, at least one, without repeats.</param>
    /// <param name="round">The number of the decision, from 1.</param>
    /// <param name="chance">The run's generator: breaks ties and draws.</param>
    Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance);

    /// <summary>An impression narrows the confidence interval.</summary>
    void Count(in Decision decision);

    /// <summary>An impression enters the mean.</summary>
    void Settle(in Decision decision);

    /// <summary>A reward in [0, 1] enters the mean.</summary>
    void Reward(in Decision decision, double reward);
}
