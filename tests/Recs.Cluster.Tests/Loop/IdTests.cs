using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>Ids of any characters, patches, unknown parameters and a known viewer's context, through the door.</summary>
public sealed class IdTests(ServedSilo silo) : IClassFixture<ServedSilo>
{
    public static readonly TheoryData<string> Ids =
    [
        "films/2024", "films%2F2024", "///", ".", "..", "../../x", "./a", "a?b=c&d", "#", " ", " x ", "ünïcödé", "視聴者", "👩‍👩‍👧", "e\u0301", "50%", "%41",
        "a+b c", "edges", "x/edges", "http://h/p?q#f", "\u202Ertl", "a\\b", "\"quoted\"", "null", "-", "a;b,c", "{id}", "*",
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_item_of_any_id_is_read_changed_and_deleted(string id)
    {
        var upserted = await silo.Client.UpsertItemsAsync([new ItemDocument { Id = id, Creator = "before" }]);
        Assert.Equal(1, upserted.Upserted);
        var patched = await silo.Client.PatchItemsAsync([new JsonObject { ["id"] = id, ["creator"] = "after" }]);
        Assert.Equal((1, 0), (patched.Upserted, patched.Rejected.Count));
        Assert.Equal((id, "after"), await silo.Client.GetItemAsync(id) is { } item ? (item.Id, item.Creator) : default);
        Assert.Equal(id, (await silo.Client.GetEdgesAsync(id))?.Item);
        Assert.True(await silo.Client.DeleteItemAsync(id));
        Assert.Null(await silo.Client.GetItemAsync(id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_viewer_of_any_id_is_read_changed_and_forgotten(string id)
    {
        _ = await silo.Client.UpsertUsersAsync([new UserDocument { Id = id, Attributes = new Dictionary<string, string> { ["kept"] = "1", ["gone"] = "2" } }]);
        var patched = await silo.Client.PatchUsersAsync(
            [new JsonObject { ["id"] = id, ["attributes"] = new JsonObject { ["gone"] = null, ["new"] = "3" } }]);
        Assert.Equal(1, patched.Upserted);
        var viewer = await silo.Client.GetUserAsync(id);
        Assert.Equal(["kept", "new"], viewer!.Attributes!.Keys.Order(StringComparer.Ordinal));
        Assert.True(await silo.Client.DeleteUserAsync(id));
        Assert.Null(await silo.Client.GetUserAsync(id));
    }

    [Fact]
    public async Task Deleting_an_id_with_a_slash_leaves_the_one_that_is_spelled_as_its_escape()
    {
        _ = await silo.Client.UpsertItemsAsync([new ItemDocument { Id = "show/1" }, new ItemDocument { Id = "show%2F1" }, new ItemDocument { Id = "show%252F1" }]);
        Assert.StartsWith("HTTP/1.1 204", await Raw("DELETE /v1/items/show%2F1 HTTP/1.1"), StringComparison.Ordinal);
        Assert.Null(await silo.Client.GetItemAsync("show/1"));
        Assert.NotNull(await silo.Client.GetItemAsync("show%2F1"));
        Assert.StartsWith("HTTP/1.1 204", await Raw("DELETE /v1/items/show%252F1 HTTP/1.1"), StringComparison.Ordinal);
        Assert.Null(await silo.Client.GetItemAsync("show%2F1"));
        Assert.NotNull(await silo.Client.GetItemAsync("show%252F1"));
    }

    [Theory]
    [InlineData("GET /v1/items/%zz HTTP/1.1", 400)]
    [InlineData("GET /v1/items/%c3%28 HTTP/1.1", 400)]
    [InlineData("GET /v1/users/%0a HTTP/1.1", 400)]
    [InlineData("GET /v1/users/a/b HTTP/1.1", 404)]
    [InlineData("GET /v1/items/a/../b HTTP/1.1", 404)]
    [InlineData("GET /v1/items?Limit=5 HTTP/1.1", 400)]
    [InlineData("GET /v1/items?limit=5&limit=6 HTTP/1.1", 400)]
    [InlineData("GET /v1/stats?verbose HTTP/1.1", 400)]
    [InlineData("DELETE /v1/users/nobody?force=true HTTP/1.1", 400)]
    [InlineData("POST /v1/models/rollback?version=3 HTTP/1.1", 400)]
    public async Task A_path_or_a_query_that_says_nothing_known_is_refused_as_a_problem(string line, int status)
    {
        var answer = await Raw(line);
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff", answer, StringComparison.Ordinal);
        Assert.Contains("X-Frame-Options: DENY", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\nServer:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_viewer_that_is_in_a_batch_many_times_the_last_counts()
    {
        for (var round = 0; round < 10; round++)
        {
            _ = await silo.Client.UpsertUsersAsync(Enumerable.Range(0, 40).Select(n => new UserDocument
            {
                Id = $"twice{round}",
                Attributes = new Dictionary<string, string> { ["n"] = $"{n}" },
            }));
            Assert.Equal("39", (await silo.Client.GetUserAsync($"twice{round}"))!.Attributes!["n"]);
        }
    }

    [Fact]
    public async Task Patches_of_one_item_apply_in_their_order_and_an_unknown_one_is_told()
    {
        _ = await silo.Client.UpsertItemsAsync([new ItemDocument { Id = "ordered", Categories = ["drama"] }]);
        var patched = await silo.Client.PatchItemsAsync(
            Enumerable.Range(0, 20).Select(n => new JsonObject { ["id"] = "ordered", ["creator"] = $"c{n}" }).Append(new JsonObject { ["id"] = "never put" }));
        Assert.Equal(20, patched.Upserted);
        var refused = Assert.Single(patched.Rejected);
        Assert.Equal((20, "never put", "unknown-item"), (refused.Index, refused.Id, refused.Code));
        var item = await silo.Client.GetItemAsync("ordered");
        Assert.Equal("c19", item!.Creator);
        Assert.Equal(["drama"], item.Categories);
    }

    [Fact]
    public async Task An_item_that_a_patch_takes_away_is_in_no_slate_any_more()
    {
        _ = await silo.Client.UpsertItemsAsync([new ItemDocument { Id = "only", Categories = ["alone"] }]);
        var filter = new RecommendFilter { Categories = ["alone"] };
        Assert.Equal("only", Assert.Single((await silo.Slate(null, filter: filter)).Items).Id);
        _ = await silo.Client.PatchItemsAsync([new JsonObject { ["id"] = "only", ["available"] = false }]);
        Assert.Empty((await silo.Slate(null, filter: filter)).Items);
    }

    [Fact]
    public async Task An_item_is_not_created_beyond_the_clocks_skew()
    {
        using var answer = await silo.Http.PutAsJsonAsync("/v1/items", new object[] { new { id = "later", createdAt = DateTimeOffset.UtcNow.AddDays(2) } });
        var body = await answer.Content.ReadFromJsonAsync<UpsertResponse>(RecsJson.Default.UpsertResponse);
        Assert.Equal("clock-future", Assert.Single(body!.Rejected).Code);
    }

    [Fact]
    public async Task A_misspelled_field_changes_nothing()
    {
        _ = await silo.Client.UpsertItemsAsync([new ItemDocument { Id = "kept", Creator = "m" }]);
        using var answer = await silo.Http.PutAsJsonAsync("/v1/items", new object[] { new { id = "kept", craetor = "n" } });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("'creator'", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("m", (await silo.Client.GetItemAsync("kept"))!.Creator);
    }

    [Fact]
    public async Task The_context_counts_for_a_viewer_with_a_history_too()
    {
        await silo.Learn([.. Enumerable.Range(0, 12).Select(n => new FeedbackEvent { Type = "click", UserId = "historied", ItemId = ServedSilo.Id(4 * n) })]);
        await ServedSilo.Until(async () => await silo.Client.GetUserAsync("historied") is { Vector.Count: > 0 });
        var plain = await Weights(null);
        var tablet = await Weights("tablet");
        Assert.NotEqual(plain, tablet);
        Assert.NotEqual(tablet, await Weights("phone"));
        Assert.Equal(tablet, await Weights("tablet"));
    }

    async Task<string> Weights(string? device)
    {
        var slate = await silo.Client.RecommendAsync(new RecommendRequest
        {
            UserId = "historied",
            Count = 1,
            Context = device is null ? null : new Dictionary<string, string> { ["device"] = device },
        });
        var decision = await silo.Client.GetDecisionAsync(slate.DecisionId);
        return string.Join(' ', decision!.Clusters.Select(cluster => $"{cluster.Cluster}:{cluster.Weight}"));
    }

    /// <summary>Sends a request line byte for byte; the answer as text.</summary>
    async Task<string> Raw(string line)
    {
        using var caller = new TcpClient();
        await caller.ConnectAsync(silo.Http.BaseAddress!.Host, silo.Http.BaseAddress.Port);
        await using var stream = caller.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
