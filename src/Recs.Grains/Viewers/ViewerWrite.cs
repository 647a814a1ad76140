namespace Recs.Grains.Viewers;

/// <summary>A viewer's state on its way to storage. Shared, never written to.</summary>
/// <param name="Revision">Rises with every change.</param>
/// <param name="Payload">The encoded state.</param>
[GenerateSerializer]
[Alias("Recs.ViewerWrite")]
[Immutable]
public sealed record ViewerWrite([property: Id(0)] long Revision, [property: Id(1)] byte[] Payload);
