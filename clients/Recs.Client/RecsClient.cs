using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

using Recs.Schema.Http;

namespace Recs.Client;

/// <summary>The service's HTTP endpoints, version 1, as methods.</summary>
/// <remarks>
/// Safe for any number of calls at once. An error of the service is a <see cref="RecsException"/>; a service that cannot
/// be reached is an <see cref="HttpRequestException"/>. Unknown things are null or false, not exceptions.
/// </remarks>
public sealed class RecsClient : IDisposable
{
    readonly RecsTransport _transport;
    readonly HttpClient? _owned;

    /// <summary>A client over connections that the caller owns.</summary>
    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is where the service is.</param>
    /// <param name="options">Key and patience; null takes the defaults.</param>
    public RecsClient(HttpClient http, RecsClientOptions? options = null) =>
        _transport = new RecsTransport(http, options ?? new RecsClientOptions());

    RecsClient(HttpClient owned, RecsClientOptions options, bool disposes)
        : this(owned, options) =>
        _owned = disposes ? owned : null;

    /// <summary>A client with connections of its own, which it closes when disposed.</summary>
    /// <param name="url">Where the service is, such as <c>http://localhost:8080</c>.</param>
    /// <param name="options">Key and patience; null takes the defaults.</param>
    public static RecsClient Connect(Uri url, RecsClientOptions? options = null)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var root = url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
        return new RecsClient(
            new HttpClient(handler, disposeHandler: true) { BaseAddress = root }, options ?? new RecsClientOptions(), disposes: true);
    }

    /// <summary>Adds or replaces items.</summary>
    /// <param name="items">At most 10,000.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<UpsertResponse> UpsertItemsAsync(IEnumerable<ItemDocument> items, CancellationToken cancel = default) =>
        _transport.SendAsync(
            HttpMethod.Put,
            "v1/items",
            JsonBody.ArrayOf(items, RecsJson.Default.ItemDocument),
            RecsJson.Default.UpsertResponse,
            cancel);

    /// <summary>Changes items: a merge patch each (RFC 7396), with the item's <c>id</c>; a null takes a field or an attribute away.</summary>
    /// <param name="patches">At most 10,000; those of one item are applied in their order.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<UpsertResponse> PatchItemsAsync(IEnumerable<JsonObject> patches, CancellationToken cancel = default) =>
        PatchAsync("v1/items", patches, cancel);

    /// <summary>An item, or null when there is none of that id.</summary>
    public async Task<ItemDocument?> GetItemAsync(string id, CancellationToken cancel = default) =>
        (await _transport.TrySendAsync(HttpMethod.Get, ItemPath(id), null, RecsJson.Default.ItemDocument, cancel)).Value;

    /// <summary>Removes an item; false when there is none of that id.</summary>
    public Task<bool> DeleteItemAsync(string id, CancellationToken cancel = default) =>
        _transport.TrySendAsync(HttpMethod.Delete, ItemPath(id), cancel);

    /// <summary>Every item, page by page.</summary>
    /// <param name="pageSize">Items in one answer, 1 to 1,000.</param>
    /// <param name="cancel">Ends the walk.</param>
    public async IAsyncEnumerable<ItemDocument> ListItemsAsync(
        int pageSize = 1000, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        string? after = null;
        do
        {
            var page = await ListItemsPageAsync(after, pageSize, cancel);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Adds or replaces viewers.</summary>
    /// <param name="users">At most 10,000.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<UpsertResponse> UpsertUsersAsync(IEnumerable<UserDocument> users, CancellationToken cancel = default) =>
        _transport.SendAsync(
            HttpMethod.Put,
            "v1/users",
            JsonBody.ArrayOf(users, RecsJson.Default.UserDocument),
            RecsJson.Default.UpsertResponse,
            cancel);

    /// <summary>Changes viewers' profiles, as <see cref="PatchItemsAsync"/> does items.</summary>
    /// <param name="patches">At most 10,000; those of one viewer are applied in their order.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<UpsertResponse> PatchUsersAsync(IEnumerable<JsonObject> patches, CancellationToken cancel = default) =>
        PatchAsync("v1/users", patches, cancel);

    /// <summary>What is known about a viewer (context, weights, recent history), or null.</summary>
    public async Task<ViewerDocument?> GetUserAsync(string id, CancellationToken cancel = default) =>
        (await _transport.TrySendAsync(HttpMethod.Get, UserPath(id), null, RecsJson.Default.ViewerDocument, cancel)).Value;

    /// <summary>Forgets a viewer; false when there is none of that id.</summary>
    public Task<bool> DeleteUserAsync(string id, CancellationToken cancel = default) =>
        _transport.TrySendAsync(HttpMethod.Delete, UserPath(id), cancel);

    /// <summary>Asks for a slate.</summary>
    public Task<RecommendResponse> RecommendAsync(RecommendRequest request, CancellationToken cancel = default) =>
        _transport.SendAsync(
            HttpMethod.Post,
            "v1/recommend",
            JsonBody.Of(request, RecsJson.Default.RecommendRequest),
            RecsJson.Default.RecommendResponse,
            cancel);

    /// <summary>Reports what viewers did; everything accepted is durable when this completes.</summary>
    /// <param name="events">At most 10,000 events or 8 MiB.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<EventsResponse> SendEventsAsync(IEnumerable<FeedbackEvent> events, CancellationToken cancel = default) =>
        SendEventsAsync(JsonBody.ArrayOf(events, RecsJson.Default.FeedbackEvent), cancel);

    /// <summary>As <see cref="SendEventsAsync(IEnumerable{FeedbackEvent}, CancellationToken)"/>, one event a line.</summary>
    public Task<EventsResponse> SendEventLinesAsync(IEnumerable<FeedbackEvent> events, CancellationToken cancel = default) =>
        SendEventsAsync(JsonBody.LinesOf(events, RecsJson.Default.FeedbackEvent), cancel);

    /// <summary>What the service has learned about an item, or null when there is none of that id.</summary>
    public async Task<EdgesResponse?> GetEdgesAsync(string itemId, CancellationToken cancel = default) =>
        (await _transport.TrySendAsync(
            HttpMethod.Get, ItemPath(itemId) + "/edges", null, RecsJson.Default.EdgesResponse, cancel)).Value;

    /// <summary>What a decision's token says, or null when the service did not sign it.</summary>
    public async Task<DecisionDocument?> GetDecisionAsync(string decisionId, CancellationToken cancel = default) =>
        (await _transport.TrySendAsync(
            HttpMethod.Get,
            "v1/decisions/" + Uri.EscapeDataString(decisionId),
            null,
            RecsJson.Default.DecisionDocument,
            cancel)).Value;

    /// <summary>The service's counts.</summary>
    public Task<StatsResponse> GetStatsAsync(CancellationToken cancel = default) =>
        _transport.SendAsync(HttpMethod.Get, "v1/stats", null, RecsJson.Default.StatsResponse, cancel);

    /// <summary>The model versions that are kept.</summary>
    public Task<ModelsResponse> GetModelsAsync(CancellationToken cancel = default) =>
        _transport.SendAsync(HttpMethod.Get, "v1/models", null, RecsJson.Default.ModelsResponse, cancel);

    /// <summary>Makes a model version the serving one; false when there is no such version. One that its gates refused is a conflict.</summary>
    public Task<bool> PromoteAsync(string version, CancellationToken cancel = default) =>
        _transport.TrySendAsync(HttpMethod.Post, $"v1/models/{Uri.EscapeDataString(version)}/promote", cancel);

    /// <summary>Goes back to the version that served before; false when there is none.</summary>
    public Task<bool> RollbackAsync(CancellationToken cancel = default) =>
        _transport.TrySendAsync(HttpMethod.Post, "v1/models/rollback", cancel);

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    Task<UpsertResponse> PatchAsync(string path, IEnumerable<JsonObject> patches, CancellationToken cancel) =>
        _transport.SendAsync(
            HttpMethod.Patch, path, JsonBody.ArrayOf(patches, ClientJson.Default.JsonObject), RecsJson.Default.UpsertResponse, cancel);

    static string ItemPath(string id) => "v1/items/" + Segment(id);

    static string UserPath(string id) => "v1/users/" + Segment(id);

    /// <summary>An id as one segment of a path. One of dots alone would be taken for a step in the tree.</summary>
    static string Segment(string id) => id is "." or ".." ? id.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(id);

    Task<EventsResponse> SendEventsAsync(JsonBody body, CancellationToken cancel) =>
        _transport.SendAsync(HttpMethod.Post, "v1/events", body, RecsJson.Default.EventsResponse, cancel);

    Task<ItemsPage> ListItemsPageAsync(string? after, int pageSize, CancellationToken cancel)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"v1/items?limit={pageSize}")
            + (after is null ? string.Empty : "&after=" + Uri.EscapeDataString(after));
        return _transport.SendAsync(HttpMethod.Get, path, null, RecsJson.Default.ItemsPage, cancel);
    }
}
