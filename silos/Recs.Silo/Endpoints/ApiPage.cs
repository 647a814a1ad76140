using Scalar.AspNetCore;

namespace Recs.Silo.Endpoints;

/// <summary>GET <c>/docs</c>: the API to read and to try, from what <c>/openapi/v1.json</c> says.</summary>
/// <remarks>Its script comes from the silo. The page holds no data and needs no key; the calls that it makes to <c>/v1</c> do.</remarks>
static class ApiPage
{
    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapScalarApiReference("/docs", static options =>
        {
            options.Title = "Recs API";
            options.OpenApiRoutePattern = "/openapi/v1.json";
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.ProxyUrl = null;
            options.HideDeveloperTools().DisableAgent().DisableMcp();
        })
        .ExcludeFromDescription();
}
