namespace Recs.Matching.Graph;

/// <summary>
/// Where an edge sat in a serving table when it was last written: a writer keeps one per edge, so that the next write
/// needs no search. A default value is always valid and means "search".
/// </summary>
/// <remarks>12 bytes. A place of another table or of a replaced block is recognised by its stamp and searched anew.</remarks>
public struct EdgePlace
{
    internal int Position;
    internal uint Stamp;
    internal float Affinity;
}
