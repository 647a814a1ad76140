using System.Globalization;

namespace Recs.Cluster.Tests.Rig;

/// <summary>Reads what a silo exports at <c>/metrics</c>.</summary>
static class Metrics
{
    /// <summary>Sum over all labels of a metric; 0 where it is not exported.</summary>
    public static async Task<double> Total(HttpClient http, string metric)
    {
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Split('\n').Select(line => line.Split(' '))
            .Where(words => words.Length > 1 && (words[0] == metric || words[0].StartsWith($"{metric}{{", StringComparison.Ordinal)))
            .Sum(words => double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
