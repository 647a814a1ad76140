using System.Text.Json;

using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Crash;

/// <summary>What every edge must hold, added up from the acknowledged events and the public form of their decisions.</summary>
sealed class ExpectedEdges
{
    readonly Lock _adding = new();

    const double One = 65535;

    /// <summary>What a click earns by the default rules, 0.5 in 16-bit units.</summary>
    const long Click = 32767;

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

    /// <summary>Adds an impression of the whole slate and a click on one item, each acknowledged.</summary>
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
                    Sums[(id, cluster)] = (d + (weight * weight), b + (id == clicked ? weight * Click : 0));
                }
            }
        }
    }

    /// <summary>Adds an impression of a whole slate and a click on some of its items, each acknowledged.</summary>
    /// <param name="decision">The slate's decision.</param>
    /// <param name="items">Ids of the slate, in its order.</param>
    /// <param name="events">Events acknowledged.</param>
    /// <param name="clicked">Positions of the items with a reward.</param>
    public void Add(TokenReading decision, IReadOnlyList<string> items, int events, IReadOnlySet<int> clicked)
    {
        lock (_adding)
        {
            Events += events;
            for (var n = 0; n < items.Count; n++)
            {
                for (var k = 0; k < decision.Clusters.Length; k++)
                {
                    if ((decision.Matched[n] >> k & 1) == 1)
                    {
                        var (cluster, weight) = decision.Clusters[k];
                        var (d, b) = Sums.GetValueOrDefault((items[n], cluster));
                        Sums[(items[n], cluster)] = (d + (weight * weight), b + (clicked.Contains(n) ? weight * Click : 0));
                    }
                }
            }
        }
    }

    static long Exact(double sum) => (long)Math.Round(sum * One * One);
}
