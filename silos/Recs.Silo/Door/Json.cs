using System.Text.Json;
using System.Text.Unicode;

using Microsoft.Net.Http.Headers;

namespace Recs.Silo.Door;

/// <summary>Reads bodies without trusting them.</summary>
static class Json
{
    const int DepthMax = 16;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    /// <summary>Reads a whole JSON body.</summary>
    /// <exception cref="DoorException">Too large, not JSON, too deep, or of another media type.</exception>
    public static async Task<JsonDocument> Read(HttpContext context, int bytesMax)
    {
        // No content type is taken for JSON: what else could it be here.
        if (context.Request.ContentType is { Length: > 0 } && !IsUtf8(context.Request, "application/json"))
        {
            throw new DoorException(
                StatusCodes.Status415UnsupportedMediaType, "content-type", "Expected application/json in UTF-8.");
        }

        return Parse(await ReadBytes(context, bytesMax), DoorException.Body);
    }

    /// <summary>Whether the body is one JSON value a line.</summary>
    public static bool IsNdjson(HttpRequest request) => IsUtf8(request, "application/x-ndjson");

    /// <summary>Parses one value.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="field">What to call it when it is malformed.</param>
    /// <param name="line">Number of its line in the body, 0 when it is the whole body.</param>
    /// <exception cref="DoorException">Not JSON, not UTF-8, or too deep.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string field, int line = 0)
    {
        utf8 = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (utf8.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, field, "The body is empty.");
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw new DoorException(StatusCodes.Status400BadRequest, field, "The text is not UTF-8.");
        }

        try
        {
            return JsonDocument.Parse(utf8, Strict);
        }
        catch (JsonException twice) when (twice.LineNumber is null)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, field, "An object has the same field twice.");
        }
        catch (InvalidOperationException)
        {
            throw new DoorException(StatusCodes.Status400BadRequest, field, "A name is no Unicode text: it has half of a surrogate pair.");
        }
        catch (JsonException malformed)
        {
            throw new DoorException(
                StatusCodes.Status400BadRequest,
                field,
                $"Malformed JSON at line {Math.Max(line, 1) + malformed.LineNumber}, byte {malformed.BytePositionInLine + 1}, or more than {DepthMax} levels deep.");
        }
    }

    /// <summary>Reads a body up to a limit. The bytes are good until the request is over.</summary>
    /// <exception cref="DoorException">The body is longer or compressed, or too many bodies are being read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytes(HttpContext context, int bytesMax)
    {
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } encoding
            && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new DoorException(StatusCodes.Status415UnsupportedMediaType, "content-encoding", "Compressed bodies are not read.");
        }

        if (context.Request.ContentLength > bytesMax)
        {
            throw TooLarge(bytesMax);
        }

        var bytes = new BodyBytes(
            context.RequestServices.GetRequiredService<BodyBudget>(), context.Features.Get<CallerShare>()?.Index ?? 0);
        context.Response.RegisterForDispose(bytes);

        // Who has sent half a request when the silo stops is not waited for.
        await using var stops = context.RequestServices.GetRequiredService<StoppedBodies>().Watch(context);
        // A length that is known is where the body ends; without one, a byte more than allowed tells that there is more.
        await bytes.ReadAsync(context.Request, (int)(context.Request.ContentLength ?? bytesMax + 1L), context.RequestAborted);
        return bytes.Read.Length > bytesMax ? throw TooLarge(bytesMax) : bytes.Read;
    }

    static bool IsUtf8(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var sent)
        && sent.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
        && (!sent.Charset.HasValue
            || HeaderUtilities.RemoveQuotes(sent.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(sent.Charset).Equals("us-ascii", StringComparison.OrdinalIgnoreCase));

    static DoorException TooLarge(int bytesMax) =>
        new(StatusCodes.Status413PayloadTooLarge, DoorException.Body, $"The body is larger than {bytesMax} bytes.");
}
