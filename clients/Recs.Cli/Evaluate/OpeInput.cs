using Recs.Offline.Evaluation.OffPolicy;

namespace Recs.Cli.Evaluate;

/// <summary>A log, the policy to value on it, and what that policy earned where it was really served.</summary>
/// <param name="Log">The log.</param>
/// <param name="Target">The policy.</param>
/// <param name="Truth">The target's own log; null if it was never served.</param>
/// <param name="Notes">What was taken for granted, one sentence each.</param>
sealed record OpeInput(BanditLog Log, TargetPolicy Target, BanditLog? Truth, IReadOnlyList<string> Notes)
{
    /// <summary>Mean reward of the target's own log with its standard error.</summary>
    public Contributions? Served => Truth is null ? null : new Contributions(Truth.Rewards);
}
