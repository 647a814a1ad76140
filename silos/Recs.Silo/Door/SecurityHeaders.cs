namespace Recs.Silo.Door;

/// <summary>Headers of every answer: it is what it says it is, is framed by nobody, and sends nobody's address on.</summary>
static class SecurityHeaders
{
    const string NothingAllowed = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Sets them when the answer begins, so that a page with a policy of its own keeps it.</summary>
    public static Task Add(object state)
    {
        var response = (HttpResponse)state;
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.ContentSecurityPolicy.Count == 0 && !IsPage(response))
        {
            headers.ContentSecurityPolicy = NothingAllowed;
        }
        else if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = "frame-ancestors 'none'";
        }

        return Task.CompletedTask;
    }

    static bool IsPage(HttpResponse response) => response.ContentType is not { } type
        || !(type.StartsWith("application/json", StringComparison.Ordinal) || type.StartsWith("application/problem+json", StringComparison.Ordinal));
}
