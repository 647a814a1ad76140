using Microsoft.AspNetCore.Http.Features;

namespace Recs.Silo.Door;

/// <summary>
/// Takes the id out of <c>/v1/items/{id}</c> and <c>/v1/users/{id}</c> before anything is routed. The server decodes a path but for
/// <c>%2F</c>, and resolves its dots: after that nobody knows whether <c>a%2Fb</c> was sent, or <c>a%252Fb</c>, or what <c>..</c> was.
/// </summary>
sealed class PathIdMiddleware(RequestDelegate next)
{
    static readonly string[] Prefixes = ["/v1/items/", "/v1/users/"];

    /// <summary>Handles a request.</summary>
    /// <exception cref="DoorException">The id is no text, or longer than an id may be.</exception>
    public Task InvokeAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        foreach (var prefix in Prefixes)
        {
            if (PathId.PathOf(target) is var path && path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length)
            {
                Take(context, prefix, path);
                return next(context);
            }

            if (context.Request.Path.StartsWithSegments(prefix.TrimEnd('/'), StringComparison.Ordinal, out var rest) && rest.Value is { Length: > 1 })
            {
                // Only the server's resolving of dots leads here: what was sent is no path of ours.
                throw new DoorException(StatusCodes.Status404NotFound, "id", "There is nothing here; '.', '..' and '/' inside an id are percent-encoded.");
            }
        }

        return next(context);
    }

    static void Take(HttpContext context, string prefix, ReadOnlySpan<char> path)
    {
        var rest = path[prefix.Length..];
        var segment = rest.IndexOf('/') is var slash and >= 0 ? rest[..slash] : rest;
        var id = PathId.Decode(segment);
        if (id is not { Length: > 0 and <= Fields.IdCharsMax } || id.Any(char.IsControl))
        {
            throw new DoorException(
                StatusCodes.Status400BadRequest, "id", $"Expected 1 to {Fields.IdCharsMax} characters of percent-encoded UTF-8, none of them a control character.");
        }

        context.Features.Set(new PathId(id, path.ToString()));
        context.Request.Path = string.Concat(prefix, PathId.Placeholder, rest[segment.Length..]);
    }
}
