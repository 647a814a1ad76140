using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Recs.Cluster.Tests.Loop;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>The API's description: the one in the repository is the one that is served.</summary>
public sealed class OpenApiTests(ServedSilo silo) : IClassFixture<ServedSilo>
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_description_in_the_repository_is_the_one_served()
    {
        var served = JsonNode.Parse(await silo.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!.ToJsonString(Indented);
        var kept = await File.ReadAllTextAsync(Path.Combine(Root(), "schema", "openapi.json"));
        Assert.True(
            served == kept.TrimEnd(),
            "schema/openapi.json is not what a silo serves. If the change is meant: run a silo, then `curl -s http://localhost:8080/openapi/v1.json | "
            + "python3 -m json.tool --indent 2 --no-ensure-ascii > schema/openapi.json`.");
    }

    [Fact]
    public async Task Every_route_of_the_contract_is_described()
    {
        using var document = JsonDocument.Parse(await silo.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        string[] expected =
        [
            "delete /v1/items/{id}", "delete /v1/keys/{keyId}", "delete /v1/users/{id}", "get /health/live", "get /health/ready", "get /v1/decisions/{decisionId}",
            "get /v1/items", "get /v1/items/{id}", "get /v1/items/{id}/edges", "get /v1/keys", "get /v1/models", "get /v1/models/{version}/report", "get /v1/stats", "get /v1/users/{id}",
            "patch /v1/items", "patch /v1/users", "post /v1/events", "post /v1/keys/rotate", "post /v1/models/rollback", "post /v1/models/{version}/promote", "post /v1/recommend", "put /v1/items", "put /v1/users",
        ];
        var routes = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => (Name: $"{method.Name} {path.Name}", Operation: method.Value))).ToArray();
        Assert.Equal(expected, routes.Select(route => route.Name).Order(StringComparer.Ordinal));
        Assert.All(routes, route => Assert.NotEmpty(route.Operation.GetProperty("summary").GetString()!));
        Assert.All(routes, route => Assert.Single(route.Operation.GetProperty("tags").EnumerateArray()));
        var ids = routes.Select(route => route.Operation.GetProperty("operationId").GetString()!).ToArray();
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(routes, route => Assert.Equal(
            route.Name.Contains("/v1/", StringComparison.Ordinal) ? 2 : 0, route.Operation.GetProperty("security").GetArrayLength()));
        Assert.All(routes, route => Assert.Equal(
            route.Name.Count(letter => letter == '{'),
            !route.Operation.TryGetProperty("parameters", out var parameters) ? 0
                : parameters.EnumerateArray().Count(parameter => parameter.GetProperty("in").GetString() == "path")));
        var ready = routes.Single(route => route.Name == "get /health/ready").Operation.GetProperty("responses");
        Assert.Equal(["200", "503"], ready.EnumerateObject().Select(answer => answer.Name).Order(StringComparer.Ordinal));
        Assert.All(
            routes.Where(route => route.Operation.TryGetProperty("requestBody", out _)),
            route => Assert.True(route.Operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").TryGetProperty("example", out _)));
    }

    [Fact]
    public async Task The_page_of_the_api_comes_from_the_silo_alone()
    {
        var page = await silo.Http.GetStringAsync(new Uri("/docs/", UriKind.Relative));
        Assert.Contains("openapi/v1.json", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Recs.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
