using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Checks how many are inside, how often the caller calls, and what its key may do. Health is never refused.</summary>
sealed partial class GateMiddleware(
    RequestDelegate next,
    KeyGate gate,
    CallerLimits callers,
    LimitOptions limits,
    DoorMetrics metrics,
    TimeProvider time,
    ILogger<GateMiddleware> logger)
{
    static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    int _inside;
    long _logged;

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        try
        {
            var isFull = Interlocked.Increment(ref _inside) > limits.ConcurrentRequestsMax;
            await (isFull ? Full(context) : Enter(context));
        }
        finally
        {
            _ = Interlocked.Decrement(ref _inside);
        }
    }

    Task Enter(HttpContext context)
    {
        var caller = gate.Find(context.Request.Headers);
        if (callers.Take(caller, context.Connection.RemoteIpAddress) is > 0 and var seconds)
        {
            Log(caller?.Name ?? "an address without a key");
            metrics.Refused(StatusCodes.Status429TooManyRequests);
            return Problems.Write(
                context, StatusCodes.Status429TooManyRequests, $"More than {limits.RequestsPerSecond} requests per second.", null, seconds);
        }

        context.Features.Set(new CallerShare(CallerLimits.IndexOf(caller, context.Connection.RemoteIpAddress)));

        // What is not there is told only to those who are known.
        var endpoint = context.GetEndpoint();
        var wanted = endpoint is null ? Role.Any : endpoint.Metadata.GetMetadata<RoleRequirement>()?.Role ?? Role.None;
        if (gate.Refusal(caller, wanted) is { } status)
        {
            metrics.Refused(status);
            return Problems.Write(
                context, status, status == StatusCodes.Status401Unauthorized ? "A key is required." : "The key may not do this.");
        }

        return next(context);
    }

    Task Full(HttpContext context)
    {
        Log("everybody");
        metrics.Refused(StatusCodes.Status503ServiceUnavailable);
        return Problems.Write(context, StatusCodes.Status503ServiceUnavailable, "Too many requests at once; try again.");
    }

    void Log(string who)
    {
        // Once per interval: what is refused in masses must not fill the log as well.
        var (last, now) = (Interlocked.Read(ref _logged), time.GetTimestamp());
        if ((last == 0 || time.GetElapsedTime(last, now) > LogInterval) && Interlocked.CompareExchange(ref _logged, now, last) == last)
        {
            LogLimited(who);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Requests over a limit were refused, the last one of {Who}.")]
    partial void LogLimited(string who);
}
