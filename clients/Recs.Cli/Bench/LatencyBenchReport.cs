namespace Recs.Cli.Bench;

/// <summary>Figures of <c>bench latency</c>: how soon a click changes what is served.</summary>
/// <param name="EventsPerSecond">Events a second taken meanwhile.</param>
/// <param name="Probes">Clicks followed to their effect.</param>
/// <param name="Missed">Clicks without effect within the time limit.</param>
/// <param name="AckedToVisibleP50Ms">From 202 to the changed statistic, median, ms; 0 if it was there already.</param>
/// <param name="AckedToVisibleP99Ms">99th percentile of it, ms.</param>
/// <param name="SentToVisibleP50Ms">From sending the click to the changed statistic, median, ms.</param>
/// <param name="SentToVisibleP99Ms">99th percentile of it, ms.</param>
/// <param name="PollP50Ms">Median time of one look at the statistic: the precision of the figures, ms.</param>
sealed record LatencyBenchReport(
    double EventsPerSecond,
    int Probes,
    int Missed,
    double AckedToVisibleP50Ms,
    double AckedToVisibleP99Ms,
    double SentToVisibleP50Ms,
    double SentToVisibleP99Ms,
    double PollP50Ms);
