using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Recs.Cli.Import;

/// <summary>Ids for events of files that have none: a repeated import of the same rows counts once, and equal rows of two days twice.</summary>
static class EventIds
{
    const int HexChars = 32;

    /// <summary>The id of a row: the same for the same fields and time on the same line, of a fixed length whatever the fields are.</summary>
    public static string Of(string kind, int line, DateTimeOffset? at, params ReadOnlySpan<string> fields)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"{line}\0{at?.UtcTicks}");
        foreach (var field in fields)
        {
            _ = text.Append('\0').Append(field);
        }

        return $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..HexChars]}";
    }
}
