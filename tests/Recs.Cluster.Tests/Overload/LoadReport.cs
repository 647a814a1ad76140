using System.Collections.Concurrent;

namespace Recs.Cluster.Tests.Overload;

/// <summary>What came of a load: statuses, and how long the good answers took. Safe for any number of threads.</summary>
sealed class LoadReport
{
    readonly ConcurrentDictionary<int, long> _statuses = new();
    readonly ConcurrentBag<double> _good = [];

    /// <summary>Adds an answer.</summary>
    public void Add(int status, TimeSpan took)
    {
        _ = _statuses.AddOrUpdate(status, 1, static (_, count) => count + 1);
        if (status == 200)
        {
            _good.Add(took.TotalMilliseconds);
        }
    }

    /// <summary>Answers with a status.</summary>
    public long Of(int status) => _statuses.GetValueOrDefault(status);

    /// <summary>All answers.</summary>
    public long All => _statuses.Values.Sum();

    /// <summary>A quantile of the good answers, in milliseconds; 0 without any.</summary>
    public double Quantile(double share)
    {
        double[] sorted = [.. _good.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    /// <summary>Statuses and counts.</summary>
    public string Statuses => string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"));
}
