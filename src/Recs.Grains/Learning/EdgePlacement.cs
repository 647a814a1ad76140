using System.Runtime.InteropServices;

namespace Recs.Grains.Learning;

/// <summary>A new edge of the graph, 12 bytes.</summary>
/// <param name="Cluster">Global cluster id.</param>
/// <param name="Row">Catalogue row of the item.</param>
/// <param name="Affinity">⟨v_c, v_j⟩.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 12)]
public readonly record struct EdgePlacement(int Cluster, int Row, float Affinity);
