namespace Recs.Grains.Learning;

/// <summary>Stored pages of an owner of rows. Shared, never written to.</summary>
/// <param name="Ids">Ids of the pages.</param>
/// <param name="Payloads">Their bytes, in the same order.</param>
[GenerateSerializer]
[Alias("Recs.RowPages")]
[Immutable]
public sealed record RowPages(
    [property: Id(0)] long[] Ids,
    [property: Id(1)] byte[][] Payloads);
