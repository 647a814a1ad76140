namespace Recs.Cli.Bench;

/// <summary>What a load measured.</summary>
sealed class LoadFigures
{
    /// <summary>How long it ran.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Duration of every answered request.</summary>
    public LatencySamples Latencies { get; } = new();

    /// <summary>Answers that were no success, by status.</summary>
    public SortedDictionary<int, int> Failures { get; } = [];

    /// <summary>Adds what another run of the same load measured.</summary>
    public void Add(LoadFigures other)
    {
        Elapsed += other.Elapsed;
        Latencies.Add(other.Latencies);
        foreach (var (status, count) in other.Failures)
        {
            Failures[status] = Failures.GetValueOrDefault(status) + count;
        }
    }

    /// <summary>The figures in a row.</summary>
    public LoadRow Row(string name) => new(
        name,
        Latencies.Count,
        Failures.Values.Sum(),
        Math.Round(Latencies.Count / Math.Max(Elapsed.TotalSeconds, 1e-9), 1),
        Latencies.Percentile(0.5),
        Latencies.Percentile(0.99));
}
