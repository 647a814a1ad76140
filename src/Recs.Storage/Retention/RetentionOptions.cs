using Recs.Storage.Folding;

namespace Recs.Storage.Retention;

/// <summary>How long rows of the log are kept.</summary>
public sealed record RetentionOptions
{
    /// <summary>Rows younger than this are kept, above 0. Default 30 days.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How old a decision may be that takes feedback: rows that say what such decisions have earned are kept. Default 2 days.</summary>
    public TimeSpan DecisionAge { get; init; } = LogWindow.DecisionAge;

    /// <summary>
    /// Least stretch of log time by which the base of a partition moves. Every move reads the window before the base again, so
    /// smaller steps read more for the same rows dropped. Default 0: by any row.
    /// </summary>
    public TimeSpan Step { get; init; }
}
