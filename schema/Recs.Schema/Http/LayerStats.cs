namespace Recs.Schema.Http;

/// <summary>Feedback of what one layer nominated, since the store was made.</summary>
/// <param name="Impressions">Items shown.</param>
/// <param name="Share">Of all items shown, in [0, 1].</param>
/// <param name="Reward">Sum of rewards.</param>
/// <param name="RewardPerImpression">Reward / Impressions, 0 before the first.</param>
public sealed record LayerStats(long Impressions, double Share, double Reward, double RewardPerImpression);
