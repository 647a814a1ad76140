using Microsoft.AspNetCore.Http.Features;

using Recs.Storage;

namespace Recs.Silo.Door;

/// <summary>Turns everything that goes wrong into a problem; only a fault of ours is a 500, counted and without details.</summary>
sealed partial class DoorMiddleware(RequestDelegate next, DoorMetrics metrics, TimeProvider time, ILogger<DoorMiddleware> logger)
{
    /// <summary>
    /// Bytes of a body that is too large which are still taken in and thrown away. A caller that writes its whole body
    /// before it reads would find the connection closed and never see the 413.
    /// </summary>
    const long DrainedBytesMax = 64 * 1024 * 1024;

    /// <summary>
    /// A server that cannot answer for now says so once a second: it must not spend its time on writing it, stack by stack, for
    /// each who asks.
    /// </summary>
    readonly TokenBucket _telling = new(1, 1, time);

    long _untold;

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var connection = context.Features.Get<OpenConnection>();
        connection?.Enter();
        try
        {
            await Handle(context);
        }
        finally
        {
            connection?.Leave();
        }
    }

    async Task Handle(HttpContext context)
    {
        context.Response.OnStarting(SecurityHeaders.Add, context.Response);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: < DrainedBytesMax } body)
        {
            body.MaxRequestBodySize = DrainedBytesMax;
        }

        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                metrics.Refused(context.Response.StatusCode);
                await Problems.Write(context, context.Response.StatusCode, Detail(context));
            }
        }
        catch (DoorException refused)
        {
            metrics.Refused(refused.Status);
            await Problems.Write(context, refused.Status, refused.Message, refused.Errors, 1);
        }
        catch (BadHttpRequestException refused)
        {
            metrics.Refused(refused.StatusCode);
            await Problems.Write(context, refused.StatusCode, refused.Message, DoorException.Body);
        }
        catch (LogOverloadedException overloaded)
        {
            metrics.Refused(StatusCodes.Status429TooManyRequests);
            await Problems.Write(context, StatusCodes.Status429TooManyRequests, overloaded.Message);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (Exception unavailable) when (unavailable is IOException or TimeoutException or OrleansException)
        {
            metrics.Refused(StatusCodes.Status503ServiceUnavailable);
            if (_telling.Take() > 0)
            {
                _ = Interlocked.Increment(ref _untold);
            }
            else
            {
                LogUnavailable(context.Request.Path, Interlocked.Exchange(ref _untold, 0), unavailable);
            }

            await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, "Not ready; try again.");
        }
#pragma warning disable CA1031 // The last door: nothing may leave without an answer.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            metrics.Fault();
            LogFault(context.Request.Path, fault);
            await Problems.Write(context, StatusCodes.Status500InternalServerError, "A fault of ours; it was logged.");
        }
    }

    static string Detail(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {PathId.PathOf(context)}.",
        StatusCodes.Status405MethodNotAllowed => $"{PathId.PathOf(context)} does not take {context.Request.Method}.",
        StatusCodes.Status415UnsupportedMediaType => "Expected application/json, or application/x-ndjson for events.",
        _ => $"{context.Request.Method} {PathId.PathOf(context)} was refused.",
    };

    [LoggerMessage(LogLevel.Warning, "{Path} could not be served now; {Untold} more could not since this was last said.")]
    partial void LogUnavailable(PathString path, long untold, Exception reason);

    [LoggerMessage(LogLevel.Error, "{Path} failed.")]
    partial void LogFault(PathString path, Exception reason);
}
