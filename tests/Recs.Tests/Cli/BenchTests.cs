using System.Text.Json;
using Recs.Cli.Bench;
using Recs.Client;
using Recs.Client.Simulation;
using Recs.Schema.Http;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class BenchTests
{
    [Fact]
    public void A_percentile_is_the_smallest_sample_that_covers_its_share()
    {
        var samples = new LatencySamples();
        foreach (var milliseconds in (int[])[50, 10, 40, 20, 30])
        {
            samples.Add(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.Equal([10, 30, 50, 50], new[] { 0.2, 0.5, 0.99, 1 }.Select(samples.Percentile));
        Assert.Equal(0, new LatencySamples().Percentile(0.5));
    }

    [Fact]
    public async Task Batches_are_sound_events_and_no_event_is_a_repeat()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var server = new FakeServer();
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };
        using var client = new RecsClient(http);
        await client.UpsertItemsAsync(SimulatedCatalogue.Create(1, 50, 4, DateTimeOffset.UnixEpoch), cancel);
        await client.UpsertItemsAsync([new ItemDocument { Id = "a \"quoted\" id" }], cancel);
        var pool = await DecisionPool.FetchAsync(client, 10, 20, _ => true, cancel);
        var stream = new EventStream(pool, "run");
        var events = Enumerable.Range(0, 6)
            .SelectMany(batch => JsonSerializer.Deserialize(stream.Batch(batch * 100, 100).Span, RecsJson.Default.FeedbackEventArray)!)
            .ToArray();
        Assert.Equal(600, events.DistinctBy(sent => sent.EventId, StringComparer.Ordinal).Count());
        Assert.Equal(600, events.Select(sent => (sent.DecisionId, sent.ItemId, sent.Type)).Distinct().Count());
        Assert.Equal(["click", "impression", "watch"], events.Select(sent => sent.Type).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(events, sent => Assert.True(server.Items.ContainsKey(sent.ItemId!)));
    }

    [Fact]
    public async Task An_open_loop_offers_what_is_due()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var server = new FakeServer();
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };
        using var client = new RecsClient(http);
        await client.UpsertItemsAsync(SimulatedCatalogue.Create(1, 50, 4, DateTimeOffset.UnixEpoch), cancel);
        var pool = await DecisionPool.FetchAsync(client, 10, 20, _ => true, cancel);
        var load = new EventsLoad(http, null, new EventStream(pool, "run"), TimeProvider.System);
        var figures = await load.RunAsync(2000, TimeSpan.FromSeconds(0.5), 50, 4, cancel);
        Assert.Equal((1000, 0, 0), (figures.Accepted, figures.Rejected, figures.FailedBatches));
        Assert.Equal(20, figures.Acks.Count);
        Assert.Equal(1000, server.Events.Count);
    }
}
