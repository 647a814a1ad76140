using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Asks any silo, and the next one where none answered, as a load balancer does.</summary>
sealed class Balancer(ThreeSilos silos)
{
    static readonly TimeSpan OutFor = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    readonly long[] _outUntil = new long[3];
    int _turn;

    /// <summary>Every attempt at a path: when it ended, and the status; null where nobody answered.</summary>
    public ConcurrentQueue<(string Path, long At, HttpStatusCode? Status)> Attempts { get; } = [];

    /// <summary>What was answered without success.</summary>
    public ConcurrentQueue<string> Refusals { get; } = [];

    /// <summary>Asks until a silo answers with success.</summary>
    /// <param name="path">The path to post to.</param>
    /// <param name="body">The body.</param>
    /// <param name="patience">How long one attempt waits for an answer.</param>
    /// <param name="stop">Gives up altogether.</param>
    public async Task<byte[]> Post(string path, object body, TimeSpan patience, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var silo = Next();
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(patience);
                using var answer = await silos[silo].Http.PostAsJsonAsync(path, body, limit.Token);
                Attempts.Enqueue((path, Stopwatch.GetTimestamp(), answer.StatusCode));
                var content = await answer.Content.ReadAsByteArrayAsync(limit.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return content;
                }

                using var problem = JsonDocument.Parse(content);
                Refusals.Enqueue($"silo {silo}, {path}: {(int)answer.StatusCode}, {problem.RootElement.GetProperty("detail").GetString()}");
            }
            catch (Exception reason) when (reason is HttpRequestException or OperationCanceledException or ObjectDisposedException or IOException)
            {
                Attempts.Enqueue((path, Stopwatch.GetTimestamp(), null));
                Volatile.Write(ref _outUntil[silo], Stopwatch.GetTimestamp() + (long)(OutFor.TotalSeconds * Stopwatch.Frequency));
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    int Next()
    {
        var now = Stopwatch.GetTimestamp();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var silo = (int)((uint)Interlocked.Increment(ref _turn) % 3);
            if (Volatile.Read(ref _outUntil[silo]) <= now)
            {
                return silo;
            }
        }

        return (int)((uint)Interlocked.Increment(ref _turn) % 3);
    }
}
