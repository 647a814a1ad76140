using System.Globalization;

using Recs.Grains.Hosting;
using Recs.Schema.Http;
using Recs.Silo.Door;

namespace Recs.Silo.Endpoints;

/// <summary>The keys of decision tokens: list, rotate, revoke.</summary>
sealed partial class TokenKeyEndpoints(TokenKeyring keys, ILogger<TokenKeyEndpoints> logger)
{
    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/keys").Needs(Role.Admin);
        group.MapGet("", static (TokenKeyEndpoints endpoint, CancellationToken cancel) => endpoint.List(cancel))
            .WithName("listTokenKeys").WithTags("Operations").WithSummary("Every key that verifies decision tokens, newest first, without its secret.")
            .Produces<TokenKeysResponse>();
        group.MapPost("/rotate", static (TokenKeyEndpoints endpoint, CancellationToken cancel) => endpoint.Rotate(cancel))
            .WithName("rotateTokenKeys").WithTags("Operations").WithSummary("Makes a key that signs from five seconds later on; older ones go on verifying for as long as their decisions take feedback.")
            .Produces<TokenKeysResponse>().ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("/{keyId}", static (string keyId, TokenKeyEndpoints endpoint, CancellationToken cancel) => endpoint.Revoke(keyId, cancel))
            .WithName("revokeTokenKey").WithTags("Operations").WithSummary("Revokes a key: its tokens are refused at once, on other silos within two seconds.")
            .Produces<TokenKeysResponse>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    async Task<IResult> List(CancellationToken cancel)
    {
        _ = await keys.Refresh(cancel);
        return Listed();
    }

    async Task<IResult> Rotate(CancellationToken cancel)
    {
        if (!await keys.Rotate(cancel))
        {
            return Problems.Result(StatusCodes.Status409Conflict, "All 256 ids are taken by keys that still verify; revoke one.");
        }

        LogRotated();
        return Listed();
    }

    async Task<IResult> Revoke(string keyId, CancellationToken cancel)
    {
        if (!byte.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !await keys.Revoke(id, cancel))
        {
            return Problems.Result(StatusCodes.Status404NotFound, $"There is no token key '{keyId}'.", "keyId");
        }

        LogRevoked(id);
        return Listed();
    }

    IResult Listed() => Results.Json(
        new TokenKeysResponse([.. keys.List().Select(key => new TokenKeyDocument(key.Id, key.CreatedAt, key.Signs))]),
        RecsJson.Default.TokenKeysResponse);

    [LoggerMessage(LogLevel.Information, "A new token key was made.")]
    partial void LogRotated();

    [LoggerMessage(LogLevel.Warning, "Token key {Id} was revoked.")]
    partial void LogRevoked(byte id);
}
