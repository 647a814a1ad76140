using System.Security.Cryptography;
using System.Text;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Lets a request in by its key and the role that its endpoint asks for. Open when there are no keys.</summary>
sealed class KeyGate
{
    readonly (byte[] Hash, string Name, Role Roles)[] _keys;

    public KeyGate(AuthOptions options) => _keys =
    [
        .. options.Keys.Select((key, index) => (
            SHA256.HashData(Encoding.UTF8.GetBytes(key.Key)),
            key.Name.Length > 0 ? key.Name : $"key {index}",
            key.Roles.Aggregate(Role.None, (roles, role) => roles | Parse(role, index)))),
    ];

    /// <summary>Whether anybody may do anything.</summary>
    public bool IsOpen => _keys.Length == 0;

    /// <summary>Who calls, for limits: the key's name, or the remote address.</summary>
    public string Caller(HttpContext context) =>
        Find(context) is { Name: { } name } ? name : context.Connection.RemoteIpAddress?.ToString() ?? "local";

    /// <summary>Status of the refusal, or null when the request may go on.</summary>
    public int? Refusal(HttpContext context, Role wanted)
    {
        if (IsOpen || wanted is Role.None)
        {
            return null;
        }

        var key = Find(context);
        return key.Name is null ? StatusCodes.Status401Unauthorized
            : (key.Roles & (wanted | Role.Admin)) is Role.None ? StatusCodes.Status403Forbidden
            : null;
    }

    (byte[] Hash, string Name, Role Roles) Find(HttpContext context)
    {
        var sent = context.Request.Headers.Authorization.ToString();
        sent = sent.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? sent["Bearer ".Length..]
            : context.Request.Headers["x-api-key"].ToString();
        if (sent.Length == 0)
        {
            return default;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(Encoding.UTF8.GetBytes(sent), hash);
        (byte[], string, Role) found = default;
        foreach (var key in _keys)
        {
            // Every key is compared in full, so that the time tells nothing.
            found = CryptographicOperations.FixedTimeEquals(hash, key.Hash) ? key : found;
        }

        return found;
    }

    static Role Parse(string role, int index) => role switch
    {
        "serve" => Role.Serve,
        "catalogue" => Role.Catalogue,
        "admin" => Role.Admin,
        _ => throw new OptionsRefusedException($"Recs:Auth:Keys:{index}:Roles: '{role}' is not serve, catalogue or admin."),
    };
}
