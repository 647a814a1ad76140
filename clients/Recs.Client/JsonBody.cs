using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Recs.Client;

/// <summary>A request body, written once and sent as often as it takes.</summary>
sealed class JsonBody
{
    const string Json = "application/json";
    const string NewlineDelimited = "application/x-ndjson";

    readonly ReadOnlyMemory<byte> _bytes;
    readonly string _mediaType;

    JsonBody(ReadOnlyMemory<byte> bytes, string mediaType) => (_bytes, _mediaType) = (bytes, mediaType);

    /// <summary>One value.</summary>
    public static JsonBody Of<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type), Json);

    /// <summary>A JSON array of values.</summary>
    public static JsonBody ArrayOf<T>(IEnumerable<T> values, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (var value in values)
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        writer.WriteEndArray();
        writer.Flush();
        return new JsonBody(buffer.WrittenMemory, Json);
    }

    /// <summary>One value a line.</summary>
    public static JsonBody LinesOf<T>(IEnumerable<T> values, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        foreach (var value in values)
        {
            JsonSerializer.Serialize(writer, value, type);
            writer.Flush();
            writer.Reset();
            buffer.Write("\n"u8);
        }

        return new JsonBody(buffer.WrittenMemory, NewlineDelimited);
    }

    /// <summary>The body as content of one request.</summary>
    public ReadOnlyMemoryContent Content() => new(_bytes) { Headers = { ContentType = new MediaTypeHeaderValue(_mediaType) } };
}
