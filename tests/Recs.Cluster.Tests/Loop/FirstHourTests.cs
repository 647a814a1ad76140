using System.Net;
using System.Net.Http.Json;

using Recs.Client;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>What a person meets in the first hour.</summary>
public sealed class FirstHourTests(ServedSilo silo) : IClassFixture<ServedSilo>
{
    [Fact]
    public async Task A_look_counts_nowhere_and_a_look_that_is_none_is_refused()
    {
        var before = await silo.Client.GetStatsAsync();
        using var looked = await Ask("true");
        Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        Assert.NotEmpty((await looked.Content.ReadFromJsonAsync(RecsJson.Default.RecommendResponse))!.Items);
        var after = await silo.Client.GetStatsAsync();
        Assert.Equal(before.Recommends.Total, after.Recommends.Total);
        Assert.DoesNotContain("looked", after.Recommends.BySurface.Keys);
        using var counted = await Ask("false");
        Assert.Equal(before.Recommends.Total + 1, (await silo.Client.GetStatsAsync()).Recommends.Total);
        using var neither = await Ask("perhaps");
        Assert.Equal(HttpStatusCode.BadRequest, neither.StatusCode);
    }

    [Fact]
    public async Task A_demonstration_does_not_play_in_a_store_of_others_unless_it_is_told_to()
    {
        using var storage = new TemporaryFolder();
        await using (var first = await SiloProcess.Start(storage.Path))
        {
            using var client = new RecsClient(first.Http);
            _ = await client.UpsertItemsAsync([new ItemDocument { Id = "one of ours" }]);
            await first.Stop();
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.Start(storage.Path, "--demo"));
        Assert.Contains("code 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'one of ours'", refused.Message, StringComparison.Ordinal);
        await using var told = await SiloProcess.Start(storage.Path, "--demo", "--Recs:Demo:AnyStore=true");
        await told.Stop();
    }

    [Fact]
    public async Task A_play_on_a_server_with_events_of_others_asks_first()
    {
        await silo.Learn(new FeedbackEvent { Type = "click", UserId = "somebody", ItemId = ServedSilo.Id(1) });
        var url = silo.Http.BaseAddress!.ToString();
        Assert.Equal(2, await Commands.Recs("simulate", "--url", url, "--events", "50"));
        Assert.Equal(0, await Commands.Recs("simulate", "--url", url, "--events", "50", "--viewers", "5", "--yes"));
    }

    [Fact]
    public async Task The_trainers_commands_are_the_tools_too()
    {
        Assert.Equal(0, await Commands.Recs("trainer", "--help"));
        Assert.Equal(2, await Commands.Recs("trainer", "promotee"));
    }

    async Task<HttpResponseMessage> Ask(string preview)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/recommend") { Content = JsonContent.Create(new { count = 3, surface = "looked" }) };
        request.Headers.Add("recs-preview", preview);
        return await silo.Http.SendAsync(request);
    }
}
