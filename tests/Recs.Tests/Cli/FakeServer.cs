using System.Net;
using System.Text;
using System.Text.Json;
using Recs.Schema.Http;

namespace Recs.Tests.Cli;

/// <summary>Answers the contract's endpoints from memory; recommends uniformly, or by a rule the test gives.</summary>
sealed class FakeServer : HttpMessageHandler
{
    readonly Lock _lock = new();
    readonly Dictionary<string, ItemDocument> _items = new(StringComparer.Ordinal);
    int _decisions;

    public List<FeedbackEvent> Events { get; } = [];

    public List<RecommendRequest> Requests { get; } = [];

    public IReadOnlyDictionary<string, ItemDocument> Items => _items;

    /// <summary>Ids that are refused.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders the catalogue for a request; the first items become the slate.</summary>
    public Func<RecommendRequest, ItemDocument, double>? Score { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancel);
        lock (_lock)
        {
            return (request.Method.Method, request.RequestUri!.AbsolutePath) switch
            {
                ("PUT", "/v1/items") => Upsert(JsonSerializer.Deserialize(body, RecsJson.Default.ItemDocumentArray)!),
                ("GET", "/v1/items") => Json(JsonSerializer.Serialize(new ItemsPage([.. _items.Values], null), RecsJson.Default.ItemsPage)),
                ("POST", "/v1/recommend") => Recommend(JsonSerializer.Deserialize(body, RecsJson.Default.RecommendRequest)!),
                ("POST", "/v1/events") => Take(JsonSerializer.Deserialize(body, RecsJson.Default.FeedbackEventArray)!),
                _ => new HttpResponseMessage(HttpStatusCode.NotFound),
            };
        }
    }

    static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    HttpResponseMessage Upsert(ItemDocument[] items)
    {
        List<Rejection> rejected = [];
        for (var i = 0; i < items.Length; i++)
        {
            if (Refused.Contains(items[i].Id))
            {
                rejected.Add(new Rejection(i, items[i].Id, "refused", "by the test"));
            }
            else
            {
                _items[items[i].Id] = items[i];
            }
        }

        var answer = new UpsertResponse(items.Length - rejected.Count, rejected);
        return Json(JsonSerializer.Serialize(answer, RecsJson.Default.UpsertResponse));
    }

    HttpResponseMessage Recommend(RecommendRequest request)
    {
        Requests.Add(request);
        var number = _decisions++;
        var score = request.Policy is "uniform" || Score is null ? (_, item) => HashCode.Combine(item.Id, number) : Score;
        var slate = _items.Values
            .OrderByDescending(item => score(request, item))
            .Take(request.Count)
            .Select((item, position) => new RecommendedItem(item.Id, position, 0, 0, 0, 0.5f, "bandit"));
        var answer = new RecommendResponse($"d{number}", request.Policy ?? "test-policy", "1", [.. slate]);
        return Json(JsonSerializer.Serialize(answer, RecsJson.Default.RecommendResponse));
    }

    HttpResponseMessage Take(FeedbackEvent[] events)
    {
        Events.AddRange(events);
        var answer = new EventsResponse(events.Length, 0, []);
        return Json(JsonSerializer.Serialize(answer, RecsJson.Default.EventsResponse), HttpStatusCode.Accepted);
    }
}
