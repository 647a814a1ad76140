using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Refuses what a query asks for that the endpoint does not know, and the same thing asked for twice.</summary>
sealed class QueryMiddleware(RequestDelegate next)
{
    /// <summary>Handles a request.</summary>
    /// <exception cref="DoorException">Names the parameter and the nearest known one.</exception>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value is { Length: > 1 }
            && context.GetEndpoint() is { } endpoint
            && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            Check(context.Request.Query, endpoint.Metadata.GetMetadata<QueryNames>()?.Names ?? []);
        }

        return next(context);
    }

    static void Check(IQueryCollection query, IReadOnlyList<string> names)
    {
        foreach (var (name, values) in query)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                throw new DoorException(StatusCodes.Status400BadRequest, name, NearestName.Of(name, names) is { } nearest
                    ? $"Unknown parameter; the nearest known is '{nearest}'."
                    : "Unknown parameter; this takes none.");
            }

            if (values.Count > 1)
            {
                throw new DoorException(StatusCodes.Status400BadRequest, name, "Expected once.");
            }
        }
    }
}
