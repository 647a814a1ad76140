namespace Recs.Neural.Tables;

/// <summary>Shape and limits of a table.</summary>
/// <param name="Width">Floats of a row: the embedding and whatever an optimiser keeps beside it.</param>
/// <param name="RowsMax">Most rows: the id that was met longest ago makes room for a new one.</param>
public sealed record EmbeddingTableOptions(int Width, int RowsMax)
{
    /// <summary>Floats of a row that a new id gets drawn, from its start; the rest are zeros.</summary>
    public int Drawn { get; init; } = Width;

    /// <summary>Standard deviation of what is drawn.</summary>
    public float Spread { get; init; } = 0.01f;

    /// <summary>Seed of what is drawn: an id's first row depends on it and the id alone.</summary>
    public ulong Seed { get; init; }
}
