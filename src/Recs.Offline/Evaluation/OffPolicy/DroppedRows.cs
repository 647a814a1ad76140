namespace Recs.Offline.Evaluation.OffPolicy;

/// <summary>Rows of a log that an evaluation does not use.</summary>
/// <param name="Reason">Why, as the end of the sentence "N rows dropped: …".</param>
/// <param name="Count">How many.</param>
public sealed record DroppedRows(string Reason, int Count);
