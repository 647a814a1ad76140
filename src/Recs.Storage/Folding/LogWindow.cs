namespace Recs.Storage.Folding;

/// <summary>How far back a fold remembers, and where it has to begin so that it remembers what it would have from the log's start.</summary>
public static class LogWindow
{
    /// <summary>How long an event id is remembered, in log time.</summary>
    public static readonly TimeSpan EventIds = TimeSpan.FromHours(24);

    /// <summary>How old a decision may be that takes feedback, where nothing else is configured.</summary>
    public static readonly TimeSpan DecisionAge = TimeSpan.FromDays(DecisionDays);

    /// <summary>The greatest age that can be configured: a fold with this one gives the sums of every configuration.</summary>
    public static readonly TimeSpan DecisionAgeMax = TimeSpan.FromDays(DecisionDaysMax);

    /// <summary><see cref="DecisionAge"/> in days.</summary>
    public const int DecisionDays = 2;

    /// <summary><see cref="DecisionAgeMax"/> in days.</summary>
    public const int DecisionDaysMax = 30;

    /// <summary>Between the door's look at a decision's age and the row's time in the log: waiting to be written, and clocks that differ.</summary>
    internal static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>The log time before a position whose rows say all that a fold remembers there.</summary>
    /// <param name="decisionAge">As the fold has it.</param>
    /// <remarks>What a decision earned depends on which of its events were repeats, so a day of event ids comes before it.</remarks>
    public static TimeSpan Of(TimeSpan decisionAge) => decisionAge + Slack + EventIds;

    /// <summary>
    /// Offset after which lie the rows of the window before a position: folded without a sink, they fill what is remembered for
    /// everything above the position.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="partition">0 to <see cref="IEventLog.Partitions"/>, exclusive.</param>
    /// <param name="position">The last offset that is not to count, ≥ 0.</param>
    /// <param name="decisionAge">As the fold has it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>
    /// At most <paramref name="position"/>. Rows at or below it are of no use to whoever counts above the position: retention
    /// drops through it, and never further.
    /// </returns>
    /// <remarks>Reads one row and searches by time. The row at the position is kept, however old.</remarks>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async ValueTask<long> StartAsync(
        IEventLog log, int partition, long position, TimeSpan decisionAge, CancellationToken cancel)
    {
        if (position == 0)
        {
            return 0;
        }

        // Where the row itself is gone, the first one after it is older than everything else that will be counted.
        var rows = await log.ReadAsync(partition, position - 1, 1, 1, cancel);
        return rows.Count == 0
            ? position
            : Math.Min(position, await log.OffsetBeforeAsync(partition, rows[0].At - Of(decisionAge), cancel));
    }
}
