using System.Globalization;

using Microsoft.AspNetCore.WebUtilities;

namespace Recs.Silo.Door;

/// <summary>Answers by RFC 9457.</summary>
static class Problems
{
    /// <summary>Writes a problem about one field, or none, unless the answer has begun.</summary>
    public static Task Write(HttpContext context, int status, string detail, string? field = null) =>
        Write(context, status, detail, Errors(detail, field), 1);

    /// <summary>Writes a problem, unless the answer has begun.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="detail">The reason, for people.</param>
    /// <param name="errors">What is wrong, by field.</param>
    /// <param name="retrySeconds">When it makes sense to try a 429 or 503 again.</param>
    public static Task Write(
        HttpContext context, int status, string detail, IReadOnlyDictionary<string, string[]>? errors, int retrySeconds)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return Task.CompletedTask;
        }

        var allow = response.Headers.Allow;
        response.Clear();
        if (status is StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = allow;
        }

        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = retrySeconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        return Result(status, detail, errors).ExecuteAsync(context);
    }

    /// <summary>A problem as a result.</summary>
    public static IResult Result(int status, string detail, string? field = null) => Result(status, detail, Errors(detail, field));

    static IResult Result(int status, string detail, IReadOnlyDictionary<string, string[]>? errors) => Results.Problem(
        detail,
        statusCode: status,
        title: ReasonPhrases.GetReasonPhrase(status),
        extensions: errors is null ? null : [new("errors", errors)]);

    static Dictionary<string, string[]>? Errors(string detail, string? field) =>
        field is null ? null : new(StringComparer.Ordinal) { [field] = [detail] };
}
