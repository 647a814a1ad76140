namespace Recs.Schema.Http;

/// <summary>One item in a viewer's history.</summary>
/// <param name="ItemId">The item; null when it is not in the catalogue any more.</param>
/// <param name="Type">The event that earned most.</param>
/// <param name="Reward">Its reward in [0, 1].</param>
/// <param name="At">When it was last met.</param>
public sealed record HistoryDocument(string? ItemId, string Type, double Reward, DateTimeOffset At);
