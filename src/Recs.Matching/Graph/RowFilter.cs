namespace Recs.Matching.Graph;

/// <summary>An exact condition on items, asked of one row at a time before anything is cut.</summary>
/// <remarks>Implementations are pure, allocate nothing and take no lock: a request asks for thousands of rows.</remarks>
public abstract class RowFilter
{
    /// <summary>Whether the item may be shown as far as this condition goes.</summary>
    /// <param name="row">Catalogue row, ≥ 0.</param>
    public abstract bool Allows(int row);
}
