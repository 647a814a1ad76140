using System.Globalization;

using Recs.Client;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>What a silo exports: to whoever scrapes it, and to a collector where one is named.</summary>
public sealed class TelemetryTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_and_spans_of_requests_appends_folds_and_replicas_reach_a_collector()
    {
        await using var collector = await Collector.Start();
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(
            storage.Path,
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--OTEL_SERVICE_NAME=shop-recs",
            "--OTEL_METRIC_EXPORT_INTERVAL=500", "--OTEL_BSP_SCHEDULE_DELAY=200");
        await Play(silo.Http, "diag-ucb", 2, clicks: 1);
        string[] spans = ["recs.recommend", "recs.append", "recs.fold", "recs.replica", "POST /v1/recommend", "shop-recs"];
        string[] metrics = ["recs.policy.impressions", "recs.source.reward", "recs.recommend.duration", "http.server.request.duration", "shop-recs"];
        await ServedSilo.Until(() => Task.FromResult(
            spans.All(name => collector.Has("v1/traces", name)) && metrics.All(name => collector.Has("v1/metrics", name))));
        Assert.False(collector.Has("v1/traces", "GET /health/ready"));
    }

    [Fact]
    public async Task Impressions_reward_and_share_are_told_per_policy_and_source()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path, "--Recs:Retraining:Bootstrap=false");
        await Play(silo.Http, "diag-ucb", 6, clicks: 3);
        await Play(silo.Http, "uniform", 2, clicks: 1);
        var text = "";
        await ServedSilo.Until(async () =>
        {
            text = await silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
            return Value(text, "recs_policy_impressions_total", "policy=\"uniform\"") == 4 && Value(text, "recs_policy_impressions_total", "policy=\"diag-ucb\"") == 12;
        });
        Assert.Equal(1.5, Value(text, "recs_policy_reward", "policy=\"diag-ucb\""), 0.001);
        Assert.Equal(0.5, Value(text, "recs_policy_reward", "policy=\"uniform\""), 0.001);
        Assert.Equal(0.75, Value(text, "recs_policy_share", "policy=\"diag-ucb\""), 1e-9);
        Assert.Equal(0.25, Value(text, "recs_policy_share", "policy=\"uniform\""), 1e-9);
        Assert.Equal(16, Value(text, "recs_source_impressions_total", "source=\"bandit\""));
        Assert.Equal(2, Value(text, "recs_source_reward", "source=\"bandit\""), 0.001);
        Assert.Equal(1, Value(text, "recs_source_share", "source=\"bandit\""), 1e-9);

        // Durations are seconds, and the web server's own are there under their own names.
        Assert.Equal(8, Value(text, "recs_recommend_duration_seconds_count"));
        Assert.InRange(Value(text, "recs_recommend_duration_seconds_sum"), 1e-6, 8);
        Assert.True(Value(text, "http_server_request_duration_seconds_count", "http_route=\"/v1/recommend\"") >= 8);
        Assert.All(
            text.Split('\n').Where(line => line.StartsWith("# TYPE recs_", StringComparison.Ordinal)),
            line => Assert.DoesNotContain("millisecond", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("collector:4317")]
    [InlineData("ftp://collector")]
    [InlineData("http//collector")]
    public async Task An_address_that_is_none_stops_the_start(string address)
    {
        using var storage = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => SiloProcess.Start(storage.Path, $"--OTEL_EXPORTER_OTLP_ENDPOINT={address}"));
        Assert.Contains($"ended with code 2:\nOTEL_EXPORTER_OTLP_ENDPOINT = {address}: expected an address", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Shows slates of two items and clicks the first item of some of them.</summary>
    static async Task Play(HttpClient http, string policy, int slates, int clicks)
    {
        var client = new RecsClient(http);
        _ = await client.UpsertItemsAsync(Enumerable.Range(0, 12).Select(item => new ItemDocument { Id = $"i{item}" }), Cancel);
        for (var number = 0; number < slates; number++)
        {
            var slate = await client.RecommendAsync(new RecommendRequest { UserId = $"{policy}{number}", Count = 2, Policy = policy }, Cancel);
            List<FeedbackEvent> events = [new() { Type = "impression", DecisionId = slate.DecisionId }];
            if (number < clicks)
            {
                events.Add(new FeedbackEvent { Type = "click", DecisionId = slate.DecisionId, ItemId = slate.Items[0].Id });
            }

            Assert.Equal(events.Count, (await client.SendEventsAsync(events, Cancel)).Accepted);
        }
    }

    static double Value(string text, string metric, string label = "") => text.Split('\n')
        .Where(line => (line.StartsWith($"{metric}{{", StringComparison.Ordinal) || line.StartsWith($"{metric} ", StringComparison.Ordinal))
            && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
}
