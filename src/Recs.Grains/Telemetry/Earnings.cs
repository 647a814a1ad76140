using Recs.Matching.Bandits;
using Recs.Matching.Slates;
using Recs.Schema.Messages;

namespace Recs.Grains.Telemetry;

/// <summary>What the items of one policy or of one source have earned since the first event.</summary>
/// <param name="Name">Name of the policy or of the source.</param>
/// <param name="Impressions">Items shown.</param>
/// <param name="Reward">Sum of their rewards.</param>
/// <param name="Share">Of all items shown; 0 to 1.</param>
public readonly record struct Earnings(string Name, long Impressions, double Reward, double Share)
{
    const double RewardUnit = 65535;

    /// <summary>Every policy that has shown an item.</summary>
    public static IReadOnlyList<Earnings> OfPolicies(PopulationSums sums) =>
        Shares([.. Enum.GetValues<PolicyKind>().Select(kind => (PolicyNames.Of(kind), sums.Impressions[(int)kind], sums.Rewards[(int)kind]))]);

    /// <summary>Every source that has nominated an item shown.</summary>
    public static IReadOnlyList<Earnings> OfSources(PopulationSums sums) => Shares(
    [
        .. LayerNames.All.Select((name, layer) =>
        {
            var (impressions, rewards) = sums.OfLayer(layer);
            return (name, impressions, rewards);
        }),
    ]);

    static List<Earnings> Shares(IReadOnlyList<(string Name, long Impressions, long Rewards)> counts)
    {
        var total = (double)Math.Max(1, counts.Sum(count => count.Impressions));
        return
        [
            .. counts.Where(count => count.Impressions > 0 || count.Rewards != 0)
                .Select(count => new Earnings(count.Name, count.Impressions, count.Rewards / RewardUnit, count.Impressions / total)),
        ];
    }
}
