using Microsoft.AspNetCore.WebUtilities;

namespace Recs.Silo.Door;

/// <summary>Answers by RFC 9457.</summary>
static class Problems
{
    /// <summary>Writes a problem, unless the answer has begun.</summary>
    public static Task Write(HttpContext context, int status, string detail, string? field = null)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.Clear();
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return Result(status, detail, field).ExecuteAsync(context);
    }

    /// <summary>A problem as a result.</summary>
    public static IResult Result(int status, string detail, string? field = null) => Results.Problem(
        detail,
        statusCode: status,
        title: ReasonPhrases.GetReasonPhrase(status),
        extensions: field is null
            ? null
            : [new("errors", new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [detail] })]);
}
