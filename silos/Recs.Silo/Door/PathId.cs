using System.Text;

namespace Recs.Silo.Door;

/// <summary>The id that a path names, as the caller wrote it: percent-decoded once, whatever characters it has.</summary>
/// <param name="Value">1 to 128 characters.</param>
/// <param name="Path">The path as it was sent, for messages.</param>
sealed record PathId(string Value, string Path)
{
    /// <summary>What stands for the id in the path that is routed.</summary>
    public const string Placeholder = "-";

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The id of a request whose route has one.</summary>
    public static string Of(HttpContext context) => context.Features.Get<PathId>()!.Value;

    /// <summary>The path of a request, as it was sent, for messages.</summary>
    public static string PathOf(HttpContext context) => context.Features.Get<PathId>()?.Path ?? context.Request.Path.ToString();

    /// <summary>The path of a request target: without its query, and without scheme and host where it has them.</summary>
    public static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        if (target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 && target[0] != '/')
        {
            var authority = target[(scheme + 3)..];
            target = authority.IndexOf('/') is var slash and >= 0 ? authority[slash..] : "/";
        }

        return target.IndexOf('?') is var query and >= 0 ? target[..query] : target;
    }

    /// <summary>Percent-decodes a segment once. A plus sign is a plus sign.</summary>
    /// <returns>The text; null when an escape is cut, or the bytes are not UTF-8.</returns>
    public static string? Decode(ReadOnlySpan<char> segment)
    {
        var bytes = new byte[Strict.GetMaxByteCount(segment.Length)];
        var length = 0;
        while (!segment.IsEmpty)
        {
            var plain = segment.IndexOf('%') is var escape and >= 0 ? segment[..escape] : segment;
            segment = segment[plain.Length..];
            if (!Encoding.UTF8.TryGetBytes(plain, bytes.AsSpan(length), out var written))
            {
                return null;
            }

            length += written;
            if (segment.IsEmpty)
            {
                break;
            }

            if (segment.Length < 3 || !byte.TryParse(segment[1..3], System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[length]))
            {
                return null;
            }

            length++;
            segment = segment[3..];
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
