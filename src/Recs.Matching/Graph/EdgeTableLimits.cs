using System.ComponentModel.DataAnnotations;

namespace Recs.Matching.Graph;

/// <summary>Named limits of a serving table.</summary>
public sealed record EdgeTableLimits
{
    /// <summary>Catalogue rows the table can name: rows are in [0, RowsMax). Default 4 Mi. Costs 8 bytes per row used.</summary>
    [Range(1, 1 << 30)]
    public int RowsMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most edges of one cluster. Default 4096.</summary>
    [Range(1, 1 << 20)]
    public int EdgesPerClusterMax { get; init; } = 4096;
}
