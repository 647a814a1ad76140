using System.Globalization;
using System.Text;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>
/// Refuses requests before any work is done for them when too many wait. A refusal is held for a moment, without a thread: a caller that
/// asks again at once would cost as much as one that is served.
/// </summary>
sealed class SheddingMiddleware(RequestDelegate next, QueueDelay queue, LimitOptions limits, DoorMetrics metrics, TimeProvider time)
{
    const int RetrySeconds = 1;

    static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.4","title":"Service Unavailable","status":503,"detail":"Too many requests wait; try again."}""");

    long _requests;
    int _held;

    /// <summary>Handles a request; probes are never refused.</summary>
    public Task InvokeAsync(HttpContext context) =>
        queue.Admits(Spread(Interlocked.Increment(ref _requests)))
        || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            ? next(context)
            : Refuse(context);

    async Task Refuse(HttpContext context)
    {
        metrics.Refused(StatusCodes.Status503ServiceUnavailable);
        if (Interlocked.Increment(ref _held) <= limits.ConnectionsMax)
        {
            // Each for another while: those who were refused together shall not come back together.
            await Task.Delay(TimeSpan.FromMilliseconds(limits.RefusalHoldMilliseconds * (0.5 + Spread(Volatile.Read(ref _requests)))), time);
        }

        _ = Interlocked.Decrement(ref _held);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/problem+json";
        _ = SecurityHeaders.Add(response);
        response.Headers.ContentLength = Answer.Length;
        response.Headers.RetryAfter = RetrySeconds.ToString(CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(Answer, context.RequestAborted);
    }

    /// <summary>Numbers that fill 0 to 1 evenly (golden ratio): of any hundred requests about as many are refused as should be.</summary>
    static double Spread(long number) => number * 0.6180339887498949 % 1;
}
