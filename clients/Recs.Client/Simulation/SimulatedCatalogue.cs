using System.Globalization;

using Recs.Schema.Http;

namespace Recs.Client.Simulation;

/// <summary>Seeded catalogues, for a server that has none.</summary>
public static class SimulatedCatalogue
{
    /// <summary>A catalogue of made-up items, each with one or two categories and a creator.</summary>
    /// <param name="seed">The same seed gives the same items.</param>
    /// <param name="count">How many items, with ids <c>v0</c>, <c>v1</c>, ….</param>
    /// <param name="categories">How many categories there are, at least 1.</param>
    /// <param name="newest">When the newest item was made; the others are spread over the year before.</param>
    public static ItemDocument[] Create(ulong seed, int count, int categories, DateTimeOffset newest)
    {
        var items = new ItemDocument[count];
        var chance = SplitMix64.For(seed, "catalogue");
        var creators = Math.Max(1, count / 20);
        for (var i = 0; i < count; i++)
        {
            var first = chance.NextInt32(categories);
            var second = chance.NextInt32(categories);
            var creator = chance.NextInt32(creators);
            items[i] = new ItemDocument
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"v{i}"),
                CreatedAt = newest - TimeSpan.FromDays(365 * chance.NextDouble()),
                Categories = second == first || chance.NextDouble() < 0.5 ? [Category(first)] : [Category(first), Category(second)],
                Creator = string.Create(CultureInfo.InvariantCulture, $"creator-{creator}"),
            };
        }

        return items;
    }

    static string Category(int number) => string.Create(CultureInfo.InvariantCulture, $"category-{number}");
}
