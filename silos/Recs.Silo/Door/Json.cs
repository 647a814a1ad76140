using System.Buffers;
using System.Text.Json;

namespace Recs.Silo.Door;

/// <summary>Reads bodies without trusting them.</summary>
static class Json
{
    const int DepthMax = 16;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax };

    /// <summary>Reads a whole JSON body.</summary>
    /// <exception cref="DoorException">Too large, not JSON, too deep, or of another media type.</exception>
    public static async Task<JsonDocument> Read(HttpContext context, int bytesMax)
    {
        if (IsNdjson(context.Request) || (context.Request.ContentType is { } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase)))
        {
            throw new DoorException(StatusCodes.Status415UnsupportedMediaType, "content-type", "Expected application/json.");
        }

        var bytes = await ReadBytes(context, bytesMax);
        return Parse(bytes, "$");
    }

    /// <summary>Whether the body is one JSON value a line.</summary>
    public static bool IsNdjson(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Parses one value.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="field">What to call it when it is malformed.</param>
    /// <exception cref="DoorException">Not JSON, or too deep.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string field)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        try
        {
            return JsonDocument.Parse(utf8, Strict);
        }
        catch (JsonException malformed)
        {
            throw new DoorException(
                StatusCodes.Status400BadRequest,
                field,
                $"Malformed JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}, or more than {DepthMax} levels deep.");
        }
    }

    /// <summary>Reads a body up to a limit.</summary>
    /// <exception cref="DoorException">The body is longer.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytes(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
        {
            throw TooLarge(bytesMax);
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.Buffer.Length > bytesMax)
            {
                throw TooLarge(bytesMax);
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    static DoorException TooLarge(int bytesMax) =>
        new(StatusCodes.Status413PayloadTooLarge, "$", $"The body is larger than {bytesMax} bytes.");
}
