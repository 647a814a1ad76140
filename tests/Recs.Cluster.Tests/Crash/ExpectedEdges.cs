using System.Text.Json;

using Xunit;

namespace Recs.Cluster.Tests.Crash;

/// <summary>What every edge must hold, added up from the acknowledged events and the public form of their decisions.</summary>
sealed class ExpectedEdges
{
    readonly Lock _adding = new();

    const double One = 65535;

    /// <summary>(item, cluster) → (d, b), in the units of the exact sums.</summary>
    public Dictionary<(string Item, int Cluster), (long D, long B)> Sums { get; } = [];

    /// <summary>Events added.</summary>
    public int Events { get; private set; }

    /// <summary>Compares with what a silo says of every item that was shown.</summary>
    public async Task Compare(HttpClient http)
    {
        foreach (var item in Sums.GroupBy(sum => sum.Key.Item, StringComparer.Ordinal))
        {
            using var answer = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"/v1/items/{item.Key}/edges", UriKind.Relative)));
            var edges = answer.RootElement.GetProperty("edges").EnumerateArray().ToDictionary(
                edge => edge.GetProperty("cluster").GetInt32(),
                edge => (Exact(edge.GetProperty("d").GetDouble()), Exact(edge.GetProperty("b").GetDouble())));
            foreach (var ((_, cluster), sums) in item)
            {
                Assert.Equal(sums, edges[cluster]);
            }
        }
    }

    /// <summary>Adds an impression of the whole slate and a reward of 1 for one item, each acknowledged.</summary>
    public void Add(JsonElement decision, string clicked)
    {
        var weights = decision.GetProperty("clusters").EnumerateArray()
            .ToDictionary(entry => entry.GetProperty("cluster").GetInt32(), entry => (long)Math.Round(entry.GetProperty("weight").GetDouble() * One));
        lock (_adding)
        {
            Events += 2;
            foreach (var item in decision.GetProperty("items").EnumerateArray())
            {
                var id = item.GetProperty("id").GetString()!;
                foreach (var cluster in item.GetProperty("clusters").EnumerateArray().Select(entry => entry.GetInt32()))
                {
                    var weight = weights[cluster];
                    var (d, b) = Sums.GetValueOrDefault((id, cluster));
                    Sums[(id, cluster)] = (d + (weight * weight), b + (id == clicked ? weight * (long)One : 0));
                }
            }
        }
    }

    static long Exact(double sum) => (long)Math.Round(sum * One * One);
}
