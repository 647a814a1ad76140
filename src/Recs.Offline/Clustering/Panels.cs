namespace Recs.Offline.Clustering;

/// <summary>
/// Vectors packed for the inner-product kernel: sixteen side by side, [panels][D][16], so that one vector load holds
/// the same coordinate of neighbours. The last panel is filled up with zeros.
/// </summary>
public sealed class Panels
{
    /// <summary>Vectors side by side.</summary>
    public const int Width = 16;

    readonly float[] _packed;

    /// <summary>Packs vectors.</summary>
    /// <param name="vectors">Shape [n x D], row-major.</param>
    /// <param name="dims">D.</param>
    public Panels(ReadOnlySpan<float> vectors, int dims)
    {
        (Dims, Count) = (dims, vectors.Length / dims);
        _packed = new float[PanelCount * dims * Width];
        for (var row = 0; row < Count; row++)
        {
            var panel = _packed.AsSpan(row / Width * dims * Width);
            for (var d = 0; d < dims; d++)
            {
                panel[(d * Width) + (row % Width)] = vectors[(row * dims) + d];
            }
        }
    }

    /// <summary>D.</summary>
    public int Dims { get; }

    /// <summary>n: number of vectors.</summary>
    public int Count { get; }

    /// <summary>Number of panels.</summary>
    public int PanelCount => (Count + Width - 1) / Width;

    /// <summary>One panel, shape [D x 16].</summary>
    public ReadOnlySpan<float> Panel(int index) => _packed.AsSpan(index * Dims * Width, Dims * Width);
}
