using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Recs.Client;

/// <summary>Sends requests, waits and repeats where the service asks for patience, and turns errors into exceptions.</summary>
sealed class RecsTransport(HttpClient http, RecsClientOptions options)
{
    static readonly TimeSpan RetryAfterDefault = TimeSpan.FromSeconds(1);

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<T> SendAsync<T>(
        HttpMethod method, string path, JsonBody? body, JsonTypeInfo<T> type, CancellationToken cancel)
        where T : notnull =>
        await TrySendAsync(method, path, body, type, cancel) is { Found: true, Value: { } value }
            ? value
            : throw new RecsException((int)HttpStatusCode.NotFound, "Not Found", path, NoErrors());

    /// <summary>Sends a request and reads its answer; 404 is an answer, too.</summary>
    public async Task<(bool Found, T? Value)> TrySendAsync<T>(
        HttpMethod method, string path, JsonBody? body, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var response = await ExchangeAsync(method, path, body, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return (false, default);
        }

        await EnsureSuccessAsync(response, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        try
        {
            return (true, await JsonSerializer.DeserializeAsync(stream, type, cancel));
        }
        catch (JsonException)
        {
            throw new RecsException((int)response.StatusCode, "The answer is not the JSON of this service", path, NoErrors());
        }
    }

    /// <summary>Sends a request whose answer does not matter.</summary>
    /// <returns>False when the thing is unknown (404).</returns>
    public async Task<bool> TrySendAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        using var response = await ExchangeAsync(method, path, null, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await EnsureSuccessAsync(response, cancel);
        return true;
    }

    async Task<HttpResponseMessage> ExchangeAsync(HttpMethod method, string path, JsonBody? body, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, Target(path));
            if (options.ApiKey is { } key)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            request.Content = body?.Content();
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (attempt >= options.RetriesMax
                || response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                return response;
            }

            var wait = Wait(response.Headers.RetryAfter);
            response.Dispose();
            await Task.Delay(wait, options.Time, cancel);
        }
    }

    /// <summary>The path under the service's address, byte for byte: an id keeps its dots and slashes, escaped as they are.</summary>
    Uri Target(string path) => http.BaseAddress is { } root
        ? new Uri(new Uri(root, "./").AbsoluteUri + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
        : new Uri(path, UriKind.Relative);

    TimeSpan Wait(RetryConditionHeaderValue? asked)
    {
        var wait = asked?.Delta ?? (asked?.Date - options.Time.GetUtcNow()) ?? RetryAfterDefault;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > options.RetryAfterMax ? options.RetryAfterMax : wait;
    }

    static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var reason = response.ReasonPhrase ?? response.StatusCode.ToString();
        ProblemDocument? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
            try
            {
                problem = JsonSerializer.Deserialize(bytes, ClientJson.Default.ProblemDocument);
            }
            catch (JsonException)
            {
                // Something between client and service answered; its status still says what happened.
            }
        }

        throw new RecsException(
            (int)response.StatusCode, problem?.Title ?? reason, problem?.Detail, problem?.Errors ?? NoErrors());
    }

    static Dictionary<string, string[]> NoErrors() => new(StringComparer.Ordinal);
}
