using System.Text.Json;

namespace Recs.Cluster.Tests.Crash;

/// <summary>What every edge must hold, added up from the acknowledged events and the public form of their decisions.</summary>
sealed class ExpectedEdges
{
    readonly Lock _adding = new();

    /// <summary>(item, cluster) → (d, b).</summary>
    public Dictionary<(string Item, int Cluster), (double D, double B)> Sums { get; } = [];

    /// <summary>Events added.</summary>
    public int Events { get; private set; }

    /// <summary>Adds an impression of the whole slate and a reward of 1 for one item, each acknowledged.</summary>
    public void Add(JsonElement decision, string clicked)
    {
        var weights = decision.GetProperty("clusters").EnumerateArray()
            .ToDictionary(entry => entry.GetProperty("cluster").GetInt32(), entry => entry.GetProperty("weight").GetDouble());
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
                    Sums[(id, cluster)] = (d + (weight * weight), b + (id == clicked ? weight : 0));
                }
            }
        }
    }
}
