namespace Recs.Offline.Joins;

/// <summary>How much of a log was read.</summary>
/// <param name="Events">Events in the rows that counted, repeats included.</param>
/// <param name="NewestAt">When the last row was written; null when no row counted.</param>
public readonly record struct LogExtent(long Events, DateTimeOffset? NewestAt);
