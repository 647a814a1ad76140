using System.Text;

using CsCheck;

using Recs.Schema.Http;
using Recs.Silo.Door;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>What the door makes of bodies, without a server around it.</summary>
public sealed class BodyTests
{
    [Fact]
    public void No_body_causes_anything_but_a_refusal() =>
        HostileRequests.WithBody.Sample(
            request =>
            {
                try
                {
                    _ = Read(request);
                }
                catch (DoorException refused)
                {
                    Assert.InRange(refused.Status, 400, 499);
                    Assert.NotEmpty(refused.Errors);
                }
            },
            iter: 20_000);

    [Fact]
    public void Every_document_that_gets_through_is_within_its_limits() =>
        HostileRequests.WithBody.Where(request => request.Path is "/v1/items" && request.Body.Length < 10_000).Sample(
            request =>
            {
                try
                {
                    foreach (var item in Read(request).Cast<ItemDocument>())
                    {
                        Assert.InRange(item.Id.Length, 1, 128);
                        Assert.DoesNotContain(item.Id, char.IsControl);
                        Assert.True(item.Embedding is null || (item.Embedding.Length > 0 && Array.TrueForAll(item.Embedding, float.IsFinite)));
                        Assert.True(item.Categories is null or { Count: <= 64 });
                        Assert.True(item.CreatedAt is not { } at || at.Offset == TimeSpan.Zero);
                    }
                }
                catch (DoorException)
                {
                    // Refused as a whole.
                }
            },
            iter: 5_000);

    [Theory]
    [InlineData("""{"id":""}""", "invalid-id")]
    [InlineData("""{"id":7}""", "invalid-id")]
    [InlineData("""{"id":"a\u0000"}""", "invalid-id")]
    [InlineData("""{"id":"\ud800"}""", "invalid-id")]
    [InlineData("""{"id":null}""", "id-required")]
    [InlineData("""{"ID":"a"}""", "unknown-field")]
    [InlineData("""{"id":"a","expires":"2026-11-01T12:00:00Z"}""", "unknown-field")]
    [InlineData("""{"id":"a","attributes":{"k":null},"available ":true}""", "unknown-field")]
    [InlineData("""{"id":"a","embedding":[1,"NaN"]}""", "invalid-embedding")]
    [InlineData("""{"id":"a","embedding":[1e39]}""", "invalid-embedding")]
    [InlineData("""{"id":"a","embedding":"x"}""", "invalid-embedding")]
    [InlineData("""{"id":"a","createdAt":"soon"}""", "invalid-createdAt")]
    [InlineData("""{"id":"a","createdAt":"2026-02-30T00:00:00Z"}""", "invalid-createdAt")]
    [InlineData("""{"id":"a","available":"yes"}""", "invalid-available")]
    [InlineData("""{"id":"a","attributes":{"k":[1]}}""", "invalid-attributes")]
    [InlineData("""{"id":"a","categories":[""]}""", "invalid-categories")]
    public void A_bad_element_is_rejected_while_the_others_go_on(string bad, string code)
    {
        List<Rejection> rejected = [];
        var items = Items($$"""[{"id":"before"},{{bad}},{"id":"after"}]""", rejected);
        Assert.Equal([0, 2], items.Select(item => item.Index));
        var rejection = Assert.Single(rejected);
        Assert.Equal((1, code), (rejection.Index, rejection.Code));
    }

    [Fact]
    public void Limits_of_an_element_are_exact()
    {
        List<Rejection> rejected = [];
        var items = Items(
            $$$"""
            [{"id":"{{{new string('x', 128)}}}"},{"id":"{{{new string('x', 129)}}}"},
             {"id":"a","categories":[{{{Repeat("\"c\"", 64)}}}]},{"id":"b","categories":[{{{Repeat("\"c\"", 65)}}}]},
             {"id":"c","attributes":{"k":"{{{new string('x', 1024)}}}"}},{"id":"d","attributes":{"k":"{{{new string('x', 1025)}}}"}},
             {"id":"e","embedding":[{{{Repeat("1", 4096)}}}]},{"id":"f","embedding":[{{{Repeat("1", 4097)}}}]}]
            """,
            rejected);
        Assert.Equal([0, 2, 4, 6], items.Select(item => item.Index));
        Assert.Equal([1, 3, 5, 7], rejected.Select(rejection => rejection.Index));
        Assert.Equal("b", rejected[1].Id);
    }

    [Fact]
    public void What_real_catalogues_contain_is_taken()
    {
        List<Rejection> rejected = [];
        var items = Items(
            """
            [{"id":"a","creator":"","embedding":[],"categories":null,"expiresAt":"9999-12-31T23:59:59Z",
              "attributes":{"text":"two\nlines","empty":"","none":null,"number":1.50,"flag":true},"createdAt":"2026-11-01T12:00:00+02:00"},
             {"id":"b","createdAt":"2026-11-01T12:00:00"}]
            """,
            rejected);
        Assert.Empty(rejected);
        var item = items[0].Document;
        Assert.Null(item.Creator);
        Assert.Null(item.Embedding);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero), item.CreatedAt);
        Assert.Equal(
            new Dictionary<string, string> { ["text"] = "two\nlines", ["empty"] = "", ["number"] = "1.50", ["flag"] = "true" }, item.Attributes);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero), items[1].Document.CreatedAt);
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData(" \n", "$")]
    [InlineData("[{\"id\":\"a\"", "$")]
    [InlineData("[{\"id\":NaN}]", "$")]
    [InlineData("{\"id\":\"a\"}", "$")]
    [InlineData("[]]", "$")]
    [InlineData("[{\"id\":\"a\"},3]", "[1]")]
    public void A_malformed_batch_is_refused_as_a_whole(string body, string field)
    {
        var refused = Assert.Throws<DoorException>(() => Items(body, []));
        Assert.Equal(400, refused.Status);
        Assert.Equal(field, Assert.Single(refused.Errors).Key);
    }

    [Fact]
    public void Text_that_is_not_utf8_and_nesting_beyond_16_levels_are_refused()
    {
        _ = Assert.Throws<DoorException>(() => Json.Parse(new byte[] { (byte)'[', (byte)'"', 0xFF, (byte)'"', (byte)']' }, "$"));
        _ = Assert.Throws<DoorException>(() => Json.Parse(Encoding.Unicode.GetBytes("[]"), "$"));
        _ = Assert.Throws<DoorException>(() => Json.Parse(Encoding.UTF8.GetBytes(new string('[', 17) + new string(']', 17)), "$"));
        using var deep = Json.Parse(Encoding.UTF8.GetBytes(new string('[', 16) + new string(']', 16)), "$");
        using var marked = Json.Parse(Encoding.UTF8.GetBytes("\uFEFF[]"), "$");
    }

    [Fact]
    public void A_batch_may_have_as_many_elements_as_allowed_and_no_more()
    {
        Assert.Equal(3, Batch("[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]", 3).Count);
        Assert.Equal(413, Assert.Throws<DoorException>(() => Batch("[{},{},{},{}]", 3)).Status);
        Assert.Equal(413, Assert.Throws<DoorException>(() => Bodies.Lines(Encoding.UTF8.GetBytes("{}\n{}\n{}\n{}"), 3, Bodies.Event, [])).Status);
    }

    [Fact]
    public void A_malformed_line_is_named_by_its_number()
    {
        var refused = Assert.Throws<DoorException>(
            () => Bodies.Lines(Encoding.UTF8.GetBytes("{\"type\":\"click\"}\r\n\n{\"type\":\n"), 10, Bodies.Event, []));
        var (field, detail) = Assert.Single(refused.Errors);
        Assert.Equal("[1]", field);
        Assert.Contains("line 3", detail[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_field_of_a_request_is_named()
    {
        var refused = Assert.Throws<DoorException>(() => Ask(
            """
            {"userId":"","count":101,"surface":"a b","context":{"device":{}},"embedding":["NaN"],"candidates":["ok",3],
             "filter":{"categories":"music","excludeSeen":1},"policy":7}
            """));
        Assert.Equal(
            ["candidates[1]", "context.device", "count", "embedding[0]", "filter.categories", "filter.excludeSeen", "policy", "surface", "userId"],
            refused.Errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_empty_request_asks_for_twenty_items()
    {
        var asked = Ask("{}");
        Assert.Equal(20, asked.Count);
        Assert.Null(asked.Candidates);
        Assert.Empty(Ask("""{"candidates":[]}""").Candidates!);
    }

    [Fact]
    public void A_name_may_be_escaped_and_one_that_is_no_text_is_refused()
    {
        Assert.Equal(7, Ask("""{"co\u0075nt":7}""").Count);
        _ = Assert.Throws<DoorException>(() => Ask("""{"\ud800":1,"count":7}"""));
    }

    [Theory]
    [InlineData("""{"user":"u"}""", "user", "userId")]
    [InlineData("""{"Count":3}""", "Count", "count")]
    [InlineData("""{"filter":{"excludeseen":true}}""", "filter.excludeseen", "excludeSeen")]
    [InlineData("""{"filter":{"exclude_items":[]}}""", "filter.exclude_items", "excludeItems")]
    [InlineData("""{"contexts":{"device":"tv"},"count":2}""", "contexts", "context")]
    public void A_field_that_is_not_known_is_refused_with_the_nearest_that_is(string body, string field, string nearest)
    {
        var refused = Assert.Throws<DoorException>(() => Ask(body));
        Assert.Equal($"Unknown field; the nearest known is '{nearest}'.", Assert.Single(refused.Errors[field]));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public void A_field_that_is_there_twice_is_refused()
    {
        var refused = Assert.Throws<DoorException>(() => Ask("""{"count":3,"filter":{"excludeSeen":true,"excludeSeen":false}}"""));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public void A_batch_of_nothing_but_misspelled_elements_is_refused_as_a_whole()
    {
        var refused = Assert.Throws<DoorException>(() => Items("""[{"id":"a","creater":"m"},{"name":"b"}]""", []));
        Assert.Equal(["[0].creater", "[1].name"], refused.Errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_merge_patch_changes_what_it_names_and_nothing_else()
    {
        List<Rejection> rejected = [];
        using var json = Json.Parse(
            """
            [{"id":"a","attributes":{"gone":null,"new":2,"changed":"y"},"creator":null},{"id":"a","attributes":null,"available":false},
             {"id":"a","expiresAt":null}]
            """u8.ToArray(),
            "$");
        var patches = Bodies.Batch(json.RootElement, 10, Bodies.ItemPatch, rejected);
        Assert.Empty(rejected);
        var item = new ItemDocument
        {
            Id = "a",
            Creator = "m",
            Categories = ["x"],
            ExpiresAt = DateTimeOffset.MaxValue,
            Attributes = new Dictionary<string, string> { ["gone"] = "1", ["changed"] = "x", ["kept"] = "z" },
        };
        var first = patches[0].Document.Apply(item);
        Assert.Null(first.Creator);
        Assert.Equal(["x"], first.Categories);
        Assert.Equal(
            new Dictionary<string, string> { ["changed"] = "y", ["kept"] = "z", ["new"] = "2" }, first.Attributes);
        var second = patches[1].Document.Apply(first);
        Assert.Null(second.Attributes);
        Assert.False(second.Available);
        Assert.Equal(DateTimeOffset.MaxValue, second.ExpiresAt);
        Assert.Null(patches[2].Document.Apply(second).ExpiresAt);
    }

    static RecommendRequest Ask(string body)
    {
        using var json = Json.Parse(Encoding.UTF8.GetBytes(body), "$");
        return Bodies.Recommend(Fields.Of(json.RootElement, "$"));
    }

    static List<(int Index, ItemDocument Document)> Items(string body, List<Rejection> rejected)
    {
        using var json = Json.Parse(Encoding.UTF8.GetBytes(body), "$");
        return Bodies.Batch(json.RootElement, 10_000, Bodies.Item, rejected);
    }

    static List<(int Index, ItemDocument Document)> Batch(string body, int countMax)
    {
        using var json = Json.Parse(Encoding.UTF8.GetBytes(body), "$");
        return Bodies.Batch(json.RootElement, countMax, Bodies.Item, []);
    }

    static IEnumerable<object> Read(HostileRequest request)
    {
        if (request.ContentType == "application/x-ndjson")
        {
            return [.. Bodies.Lines(request.Body, 10_000, Bodies.Event, []).Select(sent => sent.Document)];
        }

        using var json = Json.Parse(request.Body, "$");
        return request.Path switch
        {
            "/v1/items" => [.. Bodies.Batch(json.RootElement, 10_000, Bodies.Item, []).Select(sent => sent.Document)],
            "/v1/users" => [.. Bodies.Batch(json.RootElement, 10_000, Bodies.User, []).Select(sent => sent.Document)],
            "/v1/events" => [.. Bodies.Batch(json.RootElement, 10_000, Bodies.Event, []).Select(sent => sent.Document)],
            _ => [Bodies.Recommend(Fields.Of(json.RootElement, "$"))],
        };
    }

    static string Repeat(string value, int count) => string.Join(',', Enumerable.Repeat(value, count));
}
