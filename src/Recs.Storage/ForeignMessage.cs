namespace Recs.Storage;

/// <summary>A message of the log's topic that this program did not write, or that is damaged.</summary>
/// <param name="Value">Its bytes, at least one.</param>
/// <param name="Fault">Why it cannot be feedback as JSON lines, in one line; null when it may be.</param>
public sealed record ForeignMessage(ReadOnlyMemory<byte> Value, string? Fault);
