namespace Recs.Schema.Http;

/// <summary>Feedback of one policy.</summary>
/// <param name="Decisions">Slates served since the start of the process.</param>
/// <param name="Impressions">Items shown since the store was made.</param>
/// <param name="Reward">Sum of rewards since the store was made.</param>
/// <param name="RewardPerImpression">Reward / Impressions, 0 before the first.</param>
public sealed record PolicyStats(long Decisions, long Impressions, double Reward, double RewardPerImpression);
