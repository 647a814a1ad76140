namespace Recs.Grains.Replication;

/// <summary>A model as the population met it: the prior in its space, and what its slates earned.</summary>
/// <param name="Version">The model.</param>
/// <param name="Prior">Its calibrated prior.</param>
/// <param name="Impressions">Items shown: since a trial began, for the models of the trial.</param>
/// <param name="Rewards">Σ r · 65535 over them.</param>
/// <param name="Squares">Σ (r · 65535)² over the reward events.</param>
public readonly record struct ModelTally(long Version, Prior Prior, long Impressions, long Rewards, long Squares)
{
    /// <summary>Reward per shown item; 0 without any.</summary>
    public double Mean => Impressions == 0 ? 0 : Rewards / 65535.0 / Impressions;

    /// <summary>Standard error of <see cref="Mean"/>, shown items taken as independent; infinite below two of them.</summary>
    public double Error => Impressions < 2
        ? double.PositiveInfinity
        : Math.Sqrt(Math.Max(0, (Squares / (65535.0 * 65535.0) / Impressions) - (Mean * Mean)) / (Impressions - 1));
}
