using System.Net;
using System.Net.Http.Headers;

namespace Recs.Cli.Bench;

/// <summary>Posts ready-made bodies over a fixed number of connections, each one request after the other.</summary>
/// <remarks>
/// Answers are read to their end and thrown away. A closed loop offers as much as the server takes; at a rate, requests have
/// their times, and one that has to wait for a connection has waited: latency counts from when it was due.
/// </remarks>
sealed class RequestLoad : IDisposable
{
    static readonly MediaTypeHeaderValue Json = new("application/json");

    readonly HttpClient _http;
    readonly Uri _url;
    readonly AuthenticationHeaderValue? _authorization;
    readonly byte[][] _bodies;
    readonly int _connections;
    readonly TimeProvider _time;
    int _next;

    /// <summary>A load; nothing is sent yet.</summary>
    public RequestLoad(Uri url, string? apiKey, byte[][] bodies, int connections, TimeProvider time)
    {
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                MaxConnectionsPerServer = connections,
                UseCookies = false,
                AllowAutoRedirect = false,
                ActivityHeadersPropagator = null,
            },
            disposeHandler: true);
        _url = url;
        _authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);
        (_bodies, _connections, _time) = (bodies, connections, time);
    }

    /// <summary>Runs for a while.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="rate">Requests a second; 0 for as many as the server takes.</param>
    /// <returns>What was measured; requests under way at the end are finished and counted.</returns>
    public async Task<LoadFigures> RunAsync(TimeSpan duration, CancellationToken cancel, int rate = 0)
    {
        var started = _time.GetTimestamp();
        var due = -1;
        var lanes = await Task.WhenAll(Enumerable.Range(0, _connections).Select(
            _ => rate > 0
                ? PacedLaneAsync(started, duration, () => TimeSpan.FromSeconds((double)Interlocked.Increment(ref due) / rate), cancel)
                : LaneAsync(started, duration, cancel)));
        var figures = new LoadFigures { Elapsed = _time.GetElapsedTime(started) };
        foreach (var lane in lanes)
        {
            figures.Add(lane);
        }

        return figures;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<LoadFigures> LaneAsync(long started, TimeSpan duration, CancellationToken cancel)
    {
        var figures = new LoadFigures();
        while (_time.GetElapsedTime(started) < duration)
        {
            var body = _bodies[(int)((uint)Interlocked.Increment(ref _next) % (uint)_bodies.Length)];
            var sent = _time.GetTimestamp();
            var status = await PostAsync(body, cancel);
            if (status == HttpStatusCode.OK)
            {
                figures.Latencies.Add(_time.GetElapsedTime(sent));
            }
            else
            {
                figures.Failures[(int)status] = figures.Failures.GetValueOrDefault((int)status) + 1;
            }
        }

        return figures;
    }

    async Task<LoadFigures> PacedLaneAsync(long started, TimeSpan duration, Func<TimeSpan> next, CancellationToken cancel)
    {
        var figures = new LoadFigures();
        for (var due = next(); due < duration; due = next())
        {
            var wait = due - _time.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _time, cancel);
            }

            var status = await PostAsync(_bodies[(int)((uint)Interlocked.Increment(ref _next) % (uint)_bodies.Length)], cancel);
            if (status == HttpStatusCode.OK)
            {
                figures.Latencies.Add(_time.GetElapsedTime(started) - due);
            }
            else
            {
                figures.Failures[(int)status] = figures.Failures.GetValueOrDefault((int)status) + 1;
            }
        }

        return figures;
    }

    async Task<HttpStatusCode> PostAsync(byte[] body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url);
        request.Headers.Authorization = _authorization;
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        await response.Content.CopyToAsync(Stream.Null, cancel);
        return response.StatusCode;
    }
}
