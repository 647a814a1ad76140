namespace Recs.Schema.Http;

/// <summary>Statistics of one edge.</summary>
/// <param name="Cluster">Global cluster id.</param>
/// <param name="D">d = Σ w².</param>
/// <param name="B">b = Σ w·r.</param>
/// <param name="Mean">b / d, 0 before the first impression.</param>
[GenerateSerializer]
[Alias("Recs.EdgeDocument")]
[Immutable]
public sealed record EdgeDocument(
    [property: Id(0)] int Cluster,
    [property: Id(1)] double D,
    [property: Id(2)] double B,
    [property: Id(3)] double Mean);
