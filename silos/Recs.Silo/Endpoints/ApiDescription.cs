using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Recs.Silo.Endpoints;

/// <summary>What the OpenAPI document says beyond the routes: keys, and the answers that any route may give.</summary>
static class ApiDescription
{
    static readonly (string Status, string Description)[] Everywhere =
    [
        ("401", "A key is required."),
        ("403", "The key may not do this."),
        ("429", "Over a limit; Retry-After says when to come back."),
        ("503", "Not ready; try again."),
    ];

    static readonly (string Status, string Description)[] WithBody =
    [
        ("413", "The body or the batch is too large."),
        ("415", "Not JSON in UTF-8, or compressed."),
    ];

    /// <summary>Describes the routes of <c>/v1</c> and <c>/health</c>, and none of the dashboard's.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = static description => description.RelativePath is { } path
            && (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("health/", StringComparison.Ordinal));
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Recs",
                Version = "1",
                Description = "Slates from a contextual bandit that learns from each event. Errors are RFC 9457 problems.",
            };
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
                ["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "x-api-key" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            if (context.Description.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) == true)
            {
                Add(operation, context.Document!, operation.RequestBody is null ? Everywhere : [.. Everywhere, .. WithBody]);
            }

            return Task.CompletedTask;
        });
    }

    static void Add(OpenApiOperation operation, OpenApiDocument document, (string Status, string Description)[] answers)
    {
        operation.Responses ??= [];
        foreach (var (status, description) in answers)
        {
            _ = operation.Responses.TryAdd(status, new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("ProblemDetails", document) },
                },
            });
        }
    }
}
