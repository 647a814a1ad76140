using Recs.Storage;

namespace Recs.Silo.Door;

/// <summary>Turns everything that goes wrong into a problem; only a fault of ours is a 500, counted and without details.</summary>
sealed partial class DoorMiddleware(RequestDelegate next, DoorMetrics metrics, ILogger<DoorMiddleware> logger)
{
    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await Problems.Write(context, context.Response.StatusCode, $"{context.Request.Method} {context.Request.Path} is not served.");
            }
        }
        catch (DoorException refused)
        {
            metrics.Refused(refused.Status);
            await Problems.Write(context, refused.Status, refused.Message, refused.Field);
        }
        catch (BadHttpRequestException refused)
        {
            metrics.Refused(refused.StatusCode);
            await Problems.Write(context, refused.StatusCode, refused.Message, "$");
        }
        catch (LogOverloadedException overloaded)
        {
            metrics.Refused(StatusCodes.Status429TooManyRequests);
            await Problems.Write(context, StatusCodes.Status429TooManyRequests, overloaded.Message);
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (Exception unavailable) when (unavailable is LogUnavailableException or TimeoutException or OrleansException)
        {
            LogUnavailable(context.Request.Path, unavailable);
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

    [LoggerMessage(LogLevel.Warning, "{Path} could not be served now.")]
    partial void LogUnavailable(PathString path, Exception reason);

    [LoggerMessage(LogLevel.Error, "{Path} failed.")]
    partial void LogFault(PathString path, Exception reason);
}
