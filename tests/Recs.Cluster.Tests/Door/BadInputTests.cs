using System.Globalization;
using System.Text;
using System.Text.Json;

using Recs.Cluster.Tests.Loop;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>Bad input of every kind that the contract names: the stated answer, the field named, and nothing changed.</summary>
public sealed class BadInputTests(BadInputTests.Silo silo) : IClassFixture<BadInputTests.Silo>
{
    const string Items = "/v1/items";
    const string Users = "/v1/users";
    const string Events = "/v1/events";
    const string Recommend = "/v1/recommend";

    static readonly string TwoMegabytes = new('x', 2 * 1024 * 1024);

    /// <summary>Method, path, body, status, field named in <c>errors</c>.</summary>
    public static TheoryData<string, string, string, int, string> Refused => new()
    {
        { "PUT", Items, "[{\"id\":", 400, "$" },
        { "PUT", Items, "", 400, "$" },
        { "PUT", Items, "{}", 400, "$" },
        { "PUT", Items, "[1]", 400, "[0]" },
        { "POST", Recommend, "{", 400, "$" },
        { "POST", Recommend, "[]", 400, "$" },
        { "POST", Recommend, "{\"count\":0}", 400, "count" },
        { "POST", Recommend, "{\"count\":101}", 400, "count" },
        { "POST", Recommend, "{\"count\":1.5}", 400, "count" },
        { "POST", Recommend, "{\"count\":\"20\"}", 400, "count" },
        { "POST", Recommend, "{\"count\":1e999}", 400, "count" },
        { "POST", Recommend, "{\"count\":NaN}", 400, "$" },
        { "POST", Recommend, "{\"embedding\":[NaN]}", 400, "$" },
        { "POST", Recommend, "{\"embedding\":[1e999,0,0]}", 400, "embedding" },
        { "POST", Recommend, "{\"embedding\":[1e39,0,0]}", 400, "embedding" },
        { "POST", Recommend, "{\"embedding\":[1,2]}", 400, "embedding" },
        { "POST", Recommend, "{\"userId\":\"\"}", 400, "userId" },
        { "POST", Recommend, $"{{\"userId\":\"{TwoMegabytes}\"}}", 400, "userId" },
        { "POST", Recommend, "{\"policy\":\"best\"}", 400, "policy" },
        { "POST", Recommend, "{\"policy\":\"neural-ucb\"}", 400, "policy" },
        { "POST", Recommend, "{\"policy\":7}", 400, "policy" },
        { "POST", Recommend, "{\"surface\":\"a b\"}", 400, "surface" },
        { "POST", Recommend, "{\"filter\":{\"categories\":\"music\"}}", 400, "filter.categories" },
        { "POST", Recommend, "{\"filter\":{\"excludeSeen\":1}}", 400, "filter.excludeSeen" },
        { "POST", Recommend, "{\"candidates\":[1]}", 400, "candidates" },
        { "POST", Recommend, Nested("{\"context\":", "1", "}", 64), 400, "$" },
        { "POST", Events, Nested("[", "", "]", 5000), 400, "$" },
        { "POST", Events, "[{\"type\":\"click\"},", 400, "$" },
        { "PUT", Items, Batch(10_001), 413, "$" },
        { "PUT", Users, Batch(10_001), 413, "$" },
        { "POST", Events, Batch(10_001), 413, "$" },
        { "POST", Events, $"[{new string(' ', 8 * 1024 * 1024)}]", 413, "$" },
        { "GET", "/v1/items/nobody", "", 404, "" },
        { "DELETE", "/v1/items/nobody", "", 404, "" },
        { "GET", "/v1/items/nobody/edges", "", 404, "" },
        { "GET", "/v1/users/nobody", "", 404, "" },
        { "DELETE", "/v1/users/nobody", "", 404, "" },
        { "GET", "/v1/decisions/forged", "", 404, "" },
        { "POST", "/v1/models/99/promote", "", 404, "" },
        { "GET", "/v1/items?limit=0", "", 400, "limit" },
        { "GET", "/v1/items?limit=many", "", 400, "limit" },
    };

    /// <summary>Path, one element, code of its rejection.</summary>
    public static TheoryData<string, string, string> Rejected => new()
    {
        { Items, "{}", "id-required" },
        { Items, "{\"id\":\"\"}", "invalid-id" },
        { Items, $"{{\"id\":\"{new string('x', 129)}\"}}", "invalid-id" },
        { Items, $"{{\"id\":\"{TwoMegabytes}\"}}", "invalid-id" },
        { Items, $"{{\"id\":\"a\",\"creator\":\"{TwoMegabytes}\"}}", "invalid-creator" },
        { Items, $"{{\"id\":\"a\",\"attributes\":{{\"k\":\"{TwoMegabytes}\"}}}}", "invalid-attributes" },
        { Items, "{\"id\":\"a\",\"embedding\":[1,2]}", "embedding-length" },
        { Items, "{\"id\":\"a\",\"embedding\":[1,2,1e999]}", "invalid-embedding" },
        { Items, "{\"id\":\"a\",\"embedding\":[1,2,\"NaN\"]}", "invalid-embedding" },
        { Items, "{\"id\":\"a\",\"createdAt\":\"soon\"}", "invalid-createdAt" },
        { Items, "{\"id\":\"a\",\"available\":\"yes\"}", "invalid-available" },
        { Users, "{\"id\":\"a\",\"embedding\":[1]}", "embedding-length" },
        { Events, "{}", "type-required" },
        { Events, "{\"type\":\"stare\",\"userId\":\"u\",\"itemId\":\"i1\"}", "unknown-type" },
        { Events, "{\"type\":\"click\",\"itemId\":\"i1\"}", "user-required" },
        { Events, "{\"type\":\"click\",\"userId\":\"u\"}", "item-required" },
        { Events, "{\"type\":\"click\",\"userId\":\"u\",\"itemId\":\"nobody\"}", "unknown-item" },
        { Events, "{\"type\":\"click\",\"decisionId\":\"AAAA\",\"itemId\":\"i1\"}", "unknown-decision" },
        { Events, $"{{\"type\":\"click\",\"decisionId\":\"{TwoMegabytes}\",\"itemId\":\"i1\"}}", "unknown-decision" },
        { Events, "{\"type\":\"watch\",\"userId\":\"u\",\"itemId\":\"i1\",\"value\":-1}", "invalid-value" },
        { Events, "{\"type\":\"watch\",\"userId\":\"u\",\"itemId\":\"i1\",\"value\":1e999}", "invalid-value" },
        { Events, "{\"type\":\"click\",\"userId\":\"u\",\"itemId\":\"i1\",\"at\":\"2999-01-01T00:00:00Z\"}", "clock-future" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_with_the_field_named(string method, string path, string body, int status, string field)
    {
        var before = await State();
        using var answer = await Send(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        if (field.Length > 0)
        {
            Assert.Contains(problem.RootElement.GetProperty("errors").EnumerateObject(), error => error.Name.StartsWith(field, StringComparison.Ordinal));
        }

        Assert.Equal(before, await State());
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task An_unsound_element_is_set_aside_and_the_sound_one_is_kept(string path, string element, string code)
    {
        var sound = path == Events ? "{\"type\":\"impression\",\"userId\":\"sound\",\"itemId\":\"i1\"}" : "{\"id\":\"i1\"}";
        using var answer = await Send(path == Events ? "POST" : "PUT", path, $"[{element},{sound}]");
        Assert.True(answer.IsSuccessStatusCode);
        using var result = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var rejection = Assert.Single(result.RootElement.GetProperty("rejected").EnumerateArray());
        Assert.Equal((0, code), (rejection.GetProperty("index").GetInt32(), rejection.GetProperty("code").GetString()));
        Assert.Equal(1, result.RootElement.GetProperty(path == Events ? "accepted" : "upserted").GetInt32());
    }

    static string Nested(string open, string inside, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inside + string.Concat(Enumerable.Repeat(close, depth));

    static string Batch(int count) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(at => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"n{at}\",\"type\":\"click\",\"userId\":\"u\",\"itemId\":\"i1\"}}")))}]";

    async Task<HttpResponseMessage> Send(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (method is not ("GET" or "DELETE"))
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await silo.Http.SendAsync(request);
    }

    async Task<(long Items, long Accepted, long Pending, long Edges, string Item)> State()
    {
        var stats = await silo.Client.GetStatsAsync();
        return (stats.Items, stats.Events.Accepted, stats.Events.Pending, stats.Edges, JsonSerializer.Serialize(await silo.Client.GetItemAsync("i1")));
    }

    /// <summary>A silo whose embeddings have three numbers.</summary>
    public sealed class Silo : ServedSilo
    {
        /// <inheritdoc/>
        protected override string[] Settings => ["--Recs:Bandit:EmbeddingLength=3", "--Recs:Retraining:Bootstrap=false"];
    }
}
