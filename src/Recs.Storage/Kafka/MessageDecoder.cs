using System.Globalization;
using System.Text;

using Confluent.Kafka;

namespace Recs.Storage.Kafka;

/// <summary>Makes a row of a message, whatever it holds.</summary>
sealed class MessageDecoder(bool checkRecords)
{
    /// <summary>A row without records.</summary>
    public static LogBatch Empty(long offset, DateTimeOffset at) => new(offset, at, 0, ReadOnlyMemory<byte>.Empty);

    /// <summary>Never throws for a message's content.</summary>
    public LogBatch Decode(long offset, DateTimeOffset at, Message<Ignore, byte[]?> message)
    {
        if (message.Value is not { Length: > 0 } value)
        {
            return Empty(offset, at);
        }

        return Text(message.Headers, MessageFormat.Header) switch
        {
            MessageFormat.Binary => Records(offset, at, value, message.Headers),
            null or MessageFormat.Lines => Foreign(offset, at, value, null),
            var form => Foreign(offset, at, value, $"The form '{form}' is unknown."),
        };
    }

    LogBatch Records(long offset, DateTimeOffset at, byte[] value, Headers headers)
    {
        var stated = int.TryParse(
            Text(headers, MessageFormat.CountHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        if (checkRecords || !stated)
        {
            count = LogRecords.Count(value);
        }

        return count > 0
            ? new LogBatch(offset, at, count, value)
            : Foreign(offset, at, value, "The log records are damaged or of an unknown version.");
    }

    static LogBatch Foreign(long offset, DateTimeOffset at, byte[] value, string? fault) =>
        Empty(offset, at) with { Foreign = new ForeignMessage(value, fault) };

    static string? Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out var bytes) && bytes is not null
            ? Encoding.UTF8.GetString(bytes)
            : null;
}
