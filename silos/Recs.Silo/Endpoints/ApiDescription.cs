using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Recs.Silo.Endpoints;

/// <summary>What the OpenAPI document says beyond the routes: keys, ids, examples, and the answers that any route may give.</summary>
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

    static readonly (string Name, string Description)[] Tags =
    [
        ("Serving", "Slates, and what became of them."),
        ("Catalogue", "Items, and what has been learned of them."),
        ("Viewers", "Profiles and histories."),
        ("Models", "Versions of the candidate layer and of the graph."),
        ("Operations", "Counts and probes."),
    ];

    /// <summary>Describes the routes of <c>/v1</c> and <c>/health</c>, and none of the dashboard's.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = static description => description.RelativePath is { } path
            && (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("health/", StringComparison.Ordinal));
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            Describe(operation, context.Description.RelativePath ?? "", context.Document!);
            return Task.CompletedTask;
        });
    }

    static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Recs",
            Version = "1",
            Description = "Slates from a contextual bandit that learns from each event. Errors are RFC 9457 problems. "
                + "A field or parameter that is not known is refused with the nearest that is.",
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The silo that serves this document." }];
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            ["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of Recs:Auth:Keys. Without keys the silo listens on loopback only.",
            },
            ["apiKey"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "x-api-key",
                Description = "The same key in a header of its own.",
            },
        };
    }

    static void Describe(OpenApiOperation operation, string path, OpenApiDocument document)
    {
        AddPathParameters(operation, path);
        AddExamples(operation);
        operation.Description ??= operation.Summary;
        if (!path.StartsWith("v1/", StringComparison.Ordinal))
        {
            operation.Security = [];
            return;
        }

        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] },
        ];
        AddAnswers(operation, document, operation.RequestBody is null ? Everywhere : [.. Everywhere, .. WithBody]);
    }

    /// <summary>An id is read from the raw path, so that no parameter of the endpoint's method tells of it.</summary>
    static void AddPathParameters(OpenApiOperation operation, string path)
    {
        operation.Parameters ??= [];
        foreach (var segment in path.Split('/').Where(segment => segment.StartsWith('{')))
        {
            var name = segment.Trim('{', '}');
            if (operation.Parameters.All(parameter => parameter.Name != name))
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Path,
                    Required = true,
                    Description = "1 to 128 characters of any kind but control characters, percent-encoded: %2F is a slash inside the id.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 128 },
                });
            }
        }

        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter.Description is null))
        {
            parameter.Description = parameter.Name switch
            {
                "after" => "The id after which the page begins: `next` of the page before.",
                "limit" => "Items of the page, 1 to 1,000; 100 without it.",
                "force" => "true serves a version that its gates refused.",
                "share" => "The share of the viewers that are served by it on trial, above 0 and at most 1.",
                "keyId" => "An id of `GET /v1/keys`.",
                "version" => "A version of `GET /v1/models`.",
                "decisionId" => "The token of a slate.",
                _ => null,
            };
        }
    }

    static void AddExamples(OpenApiOperation operation)
    {
        if (operation.OperationId is not { } id)
        {
            return;
        }

        foreach (var taken in operation.RequestBody?.Content?.Where(body => body.Key == "application/json") ?? [])
        {
            taken.Value.Example = ApiExamples.Request(id);
        }

        foreach (var (_, answer) in operation.Responses?.Where(answer => answer.Key.StartsWith('2')) ?? [])
        {
            foreach (var content in answer.Content?.Values ?? [])
            {
                content.Example = ApiExamples.Answer(id);
            }
        }
    }

    static void AddAnswers(OpenApiOperation operation, OpenApiDocument document, (string Status, string Description)[] answers)
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
