using Recs.Silo.Options;

namespace Recs.Silo.Console;

/// <summary>GET <c>/</c>: the web console.</summary>
/// <remarks>
/// The page itself holds no data and needs no key; the calls that it makes to <c>/v1</c> do. It is answered from memory
/// with an entity tag, so a reload costs a 304.
/// </remarks>
static class ConsoleEndpoint
{
    /// <summary>Maps the page; reads its parts once.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes)
    {
        var page = ConsolePage.Load(routes.ServiceProvider.GetRequiredService<RecsOptions>().Neural.Enabled);
        return routes.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], context => SendAsync(context, page)).ExcludeFromDescription();
    }

    static async Task SendAsync(HttpContext context, ConsolePage page)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = page.ContentSecurityPolicy;
        headers.CacheControl = "no-cache";
        headers.ETag = page.EntityTag;

        if (context.Request.Headers.IfNoneMatch.Contains(page.EntityTag, StringComparer.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Html.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await context.Response.Body.WriteAsync(page.Html.AsMemory(), context.RequestAborted);
    }
}
