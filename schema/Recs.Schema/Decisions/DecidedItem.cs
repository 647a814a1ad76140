namespace Recs.Schema.Decisions;

/// <summary>One item of a slate as the policy chose it; its position is its index in the slate.</summary>
/// <param name="Row">Dense catalogue row.</param>
/// <param name="Prior">π · 65535, rounded: the calibrated probability of reward before feedback.</param>
/// <param name="Propensity">Probability of this item at this position given the positions before it, in (0, 1].</param>
/// <param name="Matched">Bit k is set when active cluster k had an edge to the item.</param>
/// <param name="Source">Number of the layer that nominated the item, below 8.</param>
public readonly record struct DecidedItem(int Row, ushort Prior, float Propensity, ushort Matched, byte Source = 0)
{
    const int SourceShift = 29;

    /// <summary>Row and layer in one number: the layer in its upper three bits.</summary>
    internal int Word => (int)((uint)Row | ((uint)Source << SourceShift));

    /// <summary>The row of such a number.</summary>
    internal static int RowOf(int word) => word & ((1 << SourceShift) - 1);

    /// <summary>The layer of such a number.</summary>
    internal static byte SourceOf(int word) => (byte)((uint)word >> SourceShift);
}
