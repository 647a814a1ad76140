namespace Recs.Cli.Bench;

/// <summary>Figures of <c>bench events</c>.</summary>
/// <param name="OfferedPerSecond">Events a second that were due.</param>
/// <param name="AcceptedPerSecond">Events a second that the server took, over the time until its last answer.</param>
/// <param name="Accepted">Events taken.</param>
/// <param name="Rejected">Events refused one by one.</param>
/// <param name="FailedBatches">Batches answered with an error, such as 429.</param>
/// <param name="AckP50Ms">Median time from when a batch was due to its 202, ms.</param>
/// <param name="AckP99Ms">99th percentile of it, ms.</param>
/// <param name="AppliedAfterMs">Time from the last 202 until the server had applied everything, ms; null if it took too long.</param>
/// <param name="EventBytes">Bytes of an event in the log; null without bare inserts.</param>
/// <param name="BareRowsPerSecond">Events a second that bare batches of inserts make durable, a row an event; null without them.</param>
/// <param name="BareMergedPerSecond">The same with one row a batch.</param>
sealed record EventsBenchReport(
    double OfferedPerSecond,
    double AcceptedPerSecond,
    long Accepted,
    long Rejected,
    int FailedBatches,
    double AckP50Ms,
    double AckP99Ms,
    double? AppliedAfterMs,
    int? EventBytes,
    double? BareRowsPerSecond,
    double? BareMergedPerSecond);
