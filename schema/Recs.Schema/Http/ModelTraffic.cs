namespace Recs.Schema.Http;

/// <summary>What a model's slates earned: since its trial began, where there is or was one.</summary>
/// <param name="Impressions">Items shown.</param>
/// <param name="Reward">Sum of their rewards.</param>
/// <param name="MeanReward">Reward per shown item.</param>
public sealed record ModelTraffic(long Impressions, double Reward, double MeanReward);
