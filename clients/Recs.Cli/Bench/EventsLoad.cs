using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using Recs.Schema.Http;

namespace Recs.Cli.Bench;

/// <summary>Sends events at a fixed rate, whether or not the server keeps up (an open loop).</summary>
/// <remarks>
/// A batch that finds every connection busy waits, and its wait counts: latency is measured from when the batch was due,
/// so a server that stalls cannot hide it (coordinated omission).
/// </remarks>
sealed class EventsLoad(HttpClient http, string? apiKey, EventStream stream, TimeProvider time)
{
    static readonly MediaTypeHeaderValue Json = new("application/json");

    long _batches;

    /// <summary>Runs for a while.</summary>
    /// <param name="rate">Events a second.</param>
    /// <param name="duration">How long batches fall due.</param>
    /// <param name="batch">Events in a batch.</param>
    /// <param name="connections">Batches under way at a time.</param>
    /// <param name="cancel">Ends the run at once; what was measured is lost.</param>
    public async Task<EventsFigures> RunAsync(
        int rate, TimeSpan duration, int batch, int connections, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var every = TimeSpan.FromSeconds((double)batch / rate);
        var lanes = await Task.WhenAll(
            Enumerable.Range(0, connections).Select(_ => LaneAsync(started, every, duration, batch, cancel)));
        var figures = new EventsFigures { Elapsed = time.GetElapsedTime(started) };
        foreach (var lane in lanes)
        {
            figures.Add(lane);
        }

        return figures;
    }

    async Task<EventsFigures> LaneAsync(
        long started, TimeSpan every, TimeSpan duration, int batch, CancellationToken cancel)
    {
        var figures = new EventsFigures();
        while (true)
        {
            var number = Interlocked.Increment(ref _batches) - 1;
            var due = every * number;
            if (due >= duration)
            {
                return figures;
            }

            var body = stream.Batch(number * batch, batch);
            var early = due - time.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, time, cancel);
            }

            // A timer that fires late is not the server's doing; a lane that comes late is.
            var from = early > TimeSpan.Zero ? time.GetElapsedTime(started) : due;
            if (await SendAsync(body, cancel) is not { } answer)
            {
                figures.FailedBatches++;
                continue;
            }

            figures.Acks.Add(time.GetElapsedTime(started) - from);
            figures.Accepted += answer.Accepted;
            figures.Rejected += answer.Rejected.Count;
        }
    }

    async Task<EventsResponse?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/events");
        request.Headers.Authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Json } };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            await response.Content.CopyToAsync(Stream.Null, cancel);
            return null;
        }

        await using var answer = await response.Content.ReadAsStreamAsync(cancel);
        return await JsonSerializer.DeserializeAsync(answer, RecsJson.Default.EventsResponse, cancel);
    }
}
