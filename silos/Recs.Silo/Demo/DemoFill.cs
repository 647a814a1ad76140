using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Silo.Demo;

/// <summary>Gives an empty server its catalogue and its viewers' past, through the same endpoints that callers use.</summary>
sealed class DemoFill(RecsClient client, DemoOptions options, DemoCatalogue catalogue, SimulatedAudience audience, TimeProvider time)
{
    const int BatchCountMax = 1_000;
    const double PastDaysMax = 20;

    /// <summary>Upserts the first catalogue and sends the past clicks. Repeating it changes nothing.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var items = catalogue.First(options.Items, now).ToArray();
        foreach (var batch in items.Chunk(BatchCountMax))
        {
            await client.UpsertItemsAsync(batch, cancel);
        }

        foreach (var batch in PastClicks(items, now).Chunk(BatchCountMax))
        {
            await client.SendEventsAsync(batch, cancel);
        }
    }

    /// <summary>
    /// What the viewers clicked before there was a recommender: random items were shown and their tastes decided, so the
    /// past tells what people like and nothing of what a policy prefers.
    /// </summary>
    IEnumerable<FeedbackEvent> PastClicks(ItemDocument[] items, DateTimeOffset now)
    {
        for (var viewer = 0; viewer < options.Viewers; viewer++)
        {
            var chance = SplitMix64.For(options.Seed, $"demo-past:{viewer}");
            for (var click = 0; click < options.PastClicksPerViewer; click++)
            {
                var item = items[chance.NextInt32(items.Length)];
                while (chance.NextDouble() >= audience.Probability(viewer, item))
                {
                    item = items[chance.NextInt32(items.Length)];
                }

                yield return new FeedbackEvent
                {
                    EventId = $"demo-past-{options.Seed}-{viewer}-{click}",
                    Type = "click",
                    UserId = audience.Viewer(viewer).Id,
                    ItemId = item.Id,
                    At = now - TimeSpan.FromDays(PastDaysMax * chance.NextDouble()),
                };
            }
        }
    }
}
