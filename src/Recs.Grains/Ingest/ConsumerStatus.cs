namespace Recs.Grains.Ingest;

/// <summary>How far a consumer is.</summary>
/// <param name="Position">Offset of the last row whose effect is in the statistics.</param>
/// <param name="End">Offset of the last row in the log.</param>
/// <param name="CaughtUp">Whether everything that was in the log at the start has been added.</param>
[GenerateSerializer]
[Alias("Recs.ConsumerStatus")]
[Immutable]
public sealed record ConsumerStatus(
    [property: Id(0)] long Position,
    [property: Id(1)] long End,
    [property: Id(2)] bool CaughtUp);
