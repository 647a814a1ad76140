namespace Recs.Matching.Slates;

/// <summary>One scored item on its way from a nominator to the slate sampler.</summary>
/// <param name="Item">Dense row of the item in the catalogue, ≥ 0.</param>
/// <param name="Score">What the policy ranks by, in reward units; +∞ for an edge that was never tried.</param>
/// <param name="Mean">Expected reward as the policy believes it.</param>
/// <param name="Spread">Standard deviation of that belief before the policy's width (α or a draw) is applied, ≥ 0.</param>
/// <param name="Prior">π, the calibrated probability of reward before feedback, in (0, 1).</param>
/// <param name="Matched">Bit k is set when active cluster k has an edge to the item.</param>
/// <param name="Source">The layer that nominated the item.</param>
/// <param name="IsTied">
/// Whether the item was drawn into the nomination from a tie that had no room for all: those left out were as likely, so its
/// probability is shared with them.
/// </param>
public readonly record struct Candidate(
    int Item,
    float Score,
    float Mean,
    float Spread,
    float Prior,
    ushort Matched,
    Layer Source,
    bool IsTied = false);
