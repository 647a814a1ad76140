using Recs.Schema.Http;
using Recs.Schema.Messages;

namespace Recs.Grains.Viewers;

/// <summary>What is known about a viewer, as the caller may see it.</summary>
/// <param name="Profile">What was upserted; null when only history is known.</param>
/// <param name="Vector">Unit vector in the model's space; empty without a taste yet.</param>
/// <param name="History">Recent history, newest first.</param>
[GenerateSerializer]
[Alias("Recs.ViewerDescription")]
[Immutable]
public sealed record ViewerDescription(
    [property: Id(0)] UserDocument? Profile,
    [property: Id(1)] float[] Vector,
    [property: Id(2)] HistoryUpdate[] History);
