using System.Security.Cryptography;
using System.Text;

using Recs.Silo.Options;

namespace Recs.Silo.Door;

/// <summary>Lets a request in by its key and the role that its endpoint asks for. Open when there are no keys.</summary>
/// <remarks>Only hashes are kept; each is compared in full, so that the time of an answer tells nothing about a key.</remarks>
sealed class KeyGate
{
    const string Scheme = "Bearer ";

    readonly (byte[] Hash, Caller Caller)[] _keys;

    /// <exception cref="OptionsRefusedException">A key is not usable.</exception>
    public KeyGate(AuthOptions options) => _keys =
    [
        .. options.Keys.Select((key, index) => (
            key.Hash(),
            new Caller(index, key.Name.Length > 0 ? key.Name : $"key {index}", key.Granted()))),
    ];

    /// <summary>Whether anybody may do anything.</summary>
    public bool IsOpen => _keys.Length == 0;

    /// <summary>Number of keys.</summary>
    public int Count => _keys.Length;

    /// <summary>Who calls; null without a key that is known.</summary>
    public Caller? Find(IHeaderDictionary headers)
    {
        if (IsOpen)
        {
            return null;
        }

        var sent = headers.Authorization.ToString();
        sent = sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? sent[Scheme.Length..].Trim()
            : headers["x-api-key"].ToString();
        if (sent.Length == 0)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(Encoding.UTF8.GetBytes(sent), hash);
        Caller? found = null;
        foreach (var (known, caller) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? caller : found;
        }

        return found;
    }

    /// <summary>Status of the refusal, or null when the request may go on.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="wanted">The role that the endpoint asks for; none is for everybody, known or not.</param>
    public int? Refusal(Caller? caller, Role wanted) =>
        IsOpen || wanted == Role.None ? null
        : caller is not { } known ? StatusCodes.Status401Unauthorized
        : (known.Roles & (wanted | Role.Admin)) == Role.None ? StatusCodes.Status403Forbidden
        : null;
}
