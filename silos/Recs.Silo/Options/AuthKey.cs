using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

using Recs.Silo.Door;

namespace Recs.Silo.Options;

/// <summary>A key and what it may do.</summary>
public sealed record AuthKey
{
    /// <summary>Fewest characters of a key: guessing a shorter one is no work.</summary>
    public const int CharsMin = 16;

    /// <summary>The key itself, at least 16 characters; empty when <see cref="KeySha256"/> is given. Never logged.</summary>
    [DataType(DataType.Password)]
    public string Key { get; init; } = "";

    /// <summary>SHA-256 of the key's UTF-8 bytes in 64 hexadecimal digits, so that the settings need not hold the key.</summary>
    [DataType(DataType.Password)]
    public string KeySha256 { get; init; } = "";

    /// <summary>What the key is called in logs and limits.</summary>
    [MaxLength(64)]
    public string Name { get; init; } = "";

    /// <summary>serve, catalogue, admin.</summary>
    [MinLength(1)]
    public List<string> Roles { get; init; } = [];

    /// <summary>Without the key: a record would print it.</summary>
    public override string ToString() => $"{nameof(AuthKey)} {Name}";

    /// <summary>The hash that a caller's key must have, 32 bytes.</summary>
    internal byte[] Hash() => Key.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes(Key)) : Convert.FromHexString(KeySha256);

    /// <summary>What the key may do.</summary>
    internal Role Granted() => Roles.Aggregate(Role.None, static (granted, role) => granted | Parse(role));

    /// <summary>What is wrong with the key, beginning with the name of the setting; null when it is usable.</summary>
    internal string? Fault() =>
        Key.Length == 0 == (KeySha256.Length == 0) ? $"{nameof(Key)}: give either {nameof(Key)} or {nameof(KeySha256)}."
        : Key.Length is > 0 and < CharsMin ? $"{nameof(Key)}: expected at least {CharsMin} characters."
        : Key.Trim().Length < Key.Length ? $"{nameof(Key)}: expected no blanks at its ends; no caller could send them."
        : KeySha256.Length > 0 && !(KeySha256.Length == 64 && KeySha256.All(char.IsAsciiHexDigit)) ? $"{nameof(KeySha256)}: expected 64 hexadecimal digits."
        : Roles.FirstOrDefault(role => Parse(role) == Role.None) is { } unknown ? $"{nameof(Roles)} = {unknown}: expected serve, catalogue or admin."
        : null;

    static Role Parse(string? role) => role switch
    {
        "serve" => Role.Serve,
        "catalogue" => Role.Catalogue,
        "admin" => Role.Admin,
        _ => Role.None,
    };
}
