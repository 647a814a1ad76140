namespace Recs.Schema.Decisions;

/// <summary>One item of a slate as the policy chose it; its position is its index in the slate.</summary>
/// <param name="Row">Dense catalogue row.</param>
/// <param name="Prior">π · 65535, rounded: the calibrated probability of reward before feedback.</param>
/// <param name="Propensity">Probability of this item at this position given the positions before it, in (0, 1].</param>
/// <param name="Matched">Bit k is set when active cluster k had an edge to the item.</param>
public readonly record struct DecidedItem(int Row, ushort Prior, float Propensity, ushort Matched);
