namespace Recs.Cli.Bench;

/// <summary>Every measured duration of a run, kept as it is: percentiles are exact.</summary>
/// <remarks>One writer at a time. 8 bytes a sample.</remarks>
sealed class LatencySamples
{
    readonly List<double> _milliseconds = [];

    /// <summary>How many there are.</summary>
    public int Count => _milliseconds.Count;

    /// <summary>Adds one duration.</summary>
    public void Add(TimeSpan duration) => _milliseconds.Add(duration.TotalMilliseconds);

    /// <summary>Adds all of another's.</summary>
    public void Add(LatencySamples other) => _milliseconds.AddRange(other._milliseconds);

    /// <summary>The smallest duration that at least a share of all samples does not exceed, in ms; 0 when there is none.</summary>
    /// <param name="share">In (0, 1]: 0.5 is the median.</param>
    public double Percentile(double share)
    {
        if (_milliseconds.Count == 0)
        {
            return 0;
        }

        _milliseconds.Sort();
        var rank = (int)Math.Ceiling(share * _milliseconds.Count) - 1;
        return Math.Round(_milliseconds[Math.Clamp(rank, 0, _milliseconds.Count - 1)], 3);
    }
}
