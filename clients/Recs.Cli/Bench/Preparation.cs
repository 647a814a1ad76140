using System.Globalization;

using Recs.Cli.Import;
using Recs.Cli.Output;
using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Cli.Bench;

/// <summary>Gives a server what a measurement needs: a catalogue, viewers with a history, decisions.</summary>
sealed class Preparation(RecsClient client, ToolContext context)
{
    const int Seed = 1;
    const int Categories = 64;
    const int ViewersWithHistoryMax = 2000;
    const int StepsMax = 240;

    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    /// <summary>The id of a viewer of the measurement.</summary>
    public static string Viewer(int number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number}");

    /// <summary>Fills an empty server and waits until its model has settled.</summary>
    public async Task RunAsync(int items, int viewers, int count, CancellationToken cancel)
    {
        var loading = new Loading(client, context.Terminal);
        if (await client.ListItemsAsync(1, cancel).GetAsyncEnumerator(cancel).MoveNextAsync())
        {
            context.Terminal.Line("the server has a catalogue: it is left as it is");
        }
        else
        {
            var catalogue = SimulatedCatalogue.Create(Seed, items, Categories, context.Time.GetUtcNow());
            await loading.ItemsAsync(catalogue, cancel);
            await SettleAsync(cancel);
            await HistoryAsync(catalogue, viewers, count, loading, cancel);
        }

        var stats = await client.GetStatsAsync(cancel);
        context.Terminal.Line($"{stats.Items} items, {stats.Clusters} clusters, {stats.Edges} edges, graph {stats.GraphVersion}");
    }

    async Task SettleAsync(CancellationToken cancel)
    {
        const int QuietSteps = 12;
        var (last, quiet) = (string.Empty, 0);
        for (var step = 0; step < StepsMax && quiet < QuietSteps; step++)
        {
            await Task.Delay(Step, context.Time, cancel);
            var stats = await client.GetStatsAsync(cancel);
            var state = $"{stats.GraphVersion} {stats.Edges}";
            quiet = stats.Edges > 0 && string.Equals(state, last, StringComparison.Ordinal) ? quiet + 1 : 0;
            last = state;
        }
    }

    async Task HistoryAsync(ItemDocument[] catalogue, int viewers, int count, Loading loading, CancellationToken cancel)
    {
        var audience = new SimulatedAudience(Seed);
        var byId = catalogue.ToDictionary(item => item.Id, StringComparer.Ordinal);
        List<FeedbackEvent> events = [];
        for (var viewer = 0; viewer < Math.Min(viewers, ViewersWithHistoryMax); viewer++)
        {
            var slate = await client.RecommendAsync(new RecommendRequest { UserId = Viewer(viewer), Count = count }, cancel);
            events.AddRange(audience.React(viewer, 0, slate, byId, null));
        }

        await loading.EventsAsync(events, cancel);
    }
}
