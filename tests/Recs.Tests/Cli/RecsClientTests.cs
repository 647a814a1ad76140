using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Recs.Client;
using Recs.Schema.Http;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class RecsClientTests
{
    static readonly Uri Url = new("http://server/");

    static readonly FeedbackEvent Click = new() { EventId = "e1", Type = "click", DecisionId = "d", ItemId = "v1" };

    [Fact]
    public async Task A_recommendation_is_asked_for_and_read()
    {
        using var network = new Answering((_, _) => Answering.Json(
            """{"decisionId":"d","policy":"hier-ucb","graph":"12","items":[{"id":"v1","position":0,"score":0.81,"mean":0.4,"bonus":0.41,"propensity":0.05,"source":"bandit"}]}"""));
        using var client = Over(network);
        var slate = await client.RecommendAsync(
            new RecommendRequest { UserId = "u1", Count = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(new RecommendedItem("v1", 0, 0.81f, 0.4f, 0.41f, 0.05f, "bandit"), Assert.Single(slate.Items));
        Assert.Equal("""POST /v1/recommend {"userId":"u1","count":1}""", Assert.Single(network.Seen));
    }

    [Fact]
    public async Task Events_go_as_an_array_or_as_lines()
    {
        using var network = new Answering((_, _) => Answering.Json("""{"accepted":2,"rejected":[]}"""));
        using var client = Over(network);
        await client.SendEventsAsync([Click, Click], TestContext.Current.CancellationToken);
        await client.SendEventLinesAsync([Click, Click], TestContext.Current.CancellationToken);
        const string One = """{"eventId":"e1","type":"click","decisionId":"d","itemId":"v1"}""";
        Assert.Equal([$"POST /v1/events [{One},{One}]", $"POST /v1/events {One}\n{One}"], network.Seen);
    }

    [Fact]
    public async Task A_problem_becomes_an_exception_with_its_fields()
    {
        using var network = new Answering((_, _) => Answering.Problem(
            400, """{"type":"about:blank","title":"Malformed","status":400,"errors":{"count":["must be 1 to 100"]}}"""));
        using var client = Over(network);
        var fault = await Assert.ThrowsAsync<RecsException>(
            () => client.RecommendAsync(new RecommendRequest(), TestContext.Current.CancellationToken));
        Assert.Equal((400, "Malformed"), (fault.Status, fault.Title));
        Assert.Equal(["must be 1 to 100"], fault.Errors["count"]);
        Assert.Equal("400 Malformed; count: must be 1 to 100", fault.Message);
    }

    [Fact]
    public async Task An_answer_that_is_not_the_services_is_an_error_and_not_a_crash()
    {
        using var network = new Answering((_, _) => Answering.Json("<html>"));
        using var client = Over(network);
        await Assert.ThrowsAsync<RecsException>(() => client.GetStatsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_unknown_is_null_or_false()
    {
        using var network = new Answering((_, _) => Answering.Problem(404, """{"title":"Not Found"}"""));
        using var client = Over(network);
        var cancel = TestContext.Current.CancellationToken;
        Assert.Null(await client.GetItemAsync("a/b", cancel));
        Assert.Null(await client.GetUserAsync("u", cancel));
        Assert.Null(await client.GetEdgesAsync("v", cancel));
        Assert.Null(await client.GetDecisionAsync("d", cancel));
        Assert.False(await client.DeleteItemAsync("v", cancel));
        Assert.False(await client.DeleteUserAsync("u", cancel));
        Assert.False(await client.PromoteAsync("7", cancel));
        Assert.False(await client.RollbackAsync(cancel));
        Assert.Equal("GET /v1/items/a%2Fb", network.Seen[0]);
    }

    [Fact]
    public async Task Items_are_listed_to_the_last_page()
    {
        using var network = new Answering((_, seen) => Answering.Json(seen == 0
            ? """{"items":[{"id":"a"},{"id":"b"}],"next":"b"}"""
            : """{"items":[{"id":"c"}]}"""));
        using var client = Over(network);
        List<string> ids = [];
        await foreach (var item in client.ListItemsAsync(2, TestContext.Current.CancellationToken))
        {
            ids.Add(item.Id);
        }

        Assert.Equal(["a", "b", "c"], ids);
        Assert.Equal(["GET /v1/items?limit=2", "GET /v1/items?limit=2&after=b"], network.Seen);
    }

    [Fact]
    public async Task Patience_waits_as_long_as_the_server_asks_and_sends_the_same_again()
    {
        var time = new FakeTimeProvider();
        using var network = new Answering((_, seen) => seen == 0 ? Busy(TimeSpan.FromSeconds(7)) : Answering.Json("""{"accepted":1,"rejected":[]}"""));
        using var client = Over(network, new RecsClientOptions { RetriesMax = 1, Time = time });
        var sending = client.SendEventsAsync([Click], TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Single(network.Seen);
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await sending).Accepted);
        Assert.Equal(network.Seen[0], network.Seen[1]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task Patience_has_an_end(int retries, int requests)
    {
        using var network = new Answering((_, _) => Busy(TimeSpan.Zero));
        using var client = Over(network, new RecsClientOptions { RetriesMax = retries });
        var fault = await Assert.ThrowsAsync<RecsException>(
            () => client.SendEventsAsync([Click], TestContext.Current.CancellationToken));
        Assert.Equal(429, fault.Status);
        Assert.Equal(requests, network.Seen.Count);
    }

    [Fact]
    public async Task The_key_is_sent_as_a_bearer_token()
    {
        AuthenticationHeaderValue? sent = null;
        using var network = new Answering((request, _) =>
        {
            sent = request.Headers.Authorization;
            return Answering.Json("""{"models":[]}""");
        });
        using var client = Over(network, new RecsClientOptions { ApiKey = "secret" });
        await client.GetModelsAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Bearer secret", sent?.ToString());
    }

    static RecsClient Over(Answering network, RecsClientOptions? options = null) =>
        new(new HttpClient(network) { BaseAddress = Url }, options);

    static HttpResponseMessage Busy(TimeSpan wait) => new(HttpStatusCode.TooManyRequests)
    {
        Headers = { RetryAfter = new RetryConditionHeaderValue(wait) },
    };
}
