namespace Recs.Matching.Slates;

/// <summary>One filled position of a slate; the position is its index.</summary>
/// <param name="Candidate">
/// The item with its score. A Thompson draw puts the drawn value into <see cref="Candidate.Score"/>.
/// </param>
/// <param name="Propensity">Probability of this item at this position given the positions before it, in (0, 1].</param>
public readonly record struct SlateItem(Candidate Candidate, double Propensity);
