namespace Recs.Matching.Slates;

/// <summary>What a per-item policy believes of one item: the three numbers of a <see cref="Candidate"/>.</summary>
/// <param name="Score">What the policy ranks by; +∞ for an item never tried under ucb1.</param>
/// <param name="Mean">Expected reward.</param>
/// <param name="Spread">Standard deviation (beta-ts, var-ts) or half-width (ucb1) before the policy's width or α.</param>
public readonly record struct ItemScore(float Score, float Mean, float Spread);
