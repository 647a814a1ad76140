using System.Globalization;
using System.Text;

using Confluent.Kafka;

namespace Recs.Storage.Kafka;

/// <summary>Makes a row of a message, whatever it holds: a message that nobody can read becomes a row without records.</summary>
sealed class MessageDecoder(Func<KafkaMessage, DecodedMessage>? decode, bool checkRecords)
{
    /// <summary>Never throws for a message's content.</summary>
    public DecodedRow Decode(int partition, long offset, DateTimeOffset at, Message<Ignore, byte[]?> message)
    {
        if (message.Value is not { Length: > 0 } value)
        {
            return DecodedRow.Empty(offset, at);
        }

        var decoded = Text(message.Headers, MessageFormat.Header) switch
        {
            MessageFormat.Binary => Records(value, message.Headers),
            null or MessageFormat.Lines => Foreign(new KafkaMessage(partition, offset, at, value, All(message.Headers))),
            var form => DecodedMessage.Refused($"The form '{form}' is unknown.", value),
        };
        return new DecodedRow(new LogBatch(offset, at, decoded.Count, decoded.Payload), decoded.Rejected);
    }

    DecodedMessage Records(byte[] value, Headers headers)
    {
        var stated = int.TryParse(
            Text(headers, MessageFormat.CountHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        if (checkRecords || !stated)
        {
            count = LogRecords.Count(value);
        }

        return count > 0
            ? new DecodedMessage(value, count, [])
            : DecodedMessage.Refused("The log records are damaged or of an unknown version.", value);
    }

    DecodedMessage Foreign(KafkaMessage message)
    {
        if (decode is null)
        {
            return DecodedMessage.Refused("This log takes binary records only.", message.Value);
        }

        try
        {
            return decode(message);
        }
#pragma warning disable CA1031 // Whatever a decoder stumbles over, the partition must go on; the bytes are kept.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            return DecodedMessage.Refused($"The message cannot be decoded: {reason.Message}", message.Value);
        }
    }

    static string? Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out var bytes) && bytes is not null
            ? Encoding.UTF8.GetString(bytes)
            : null;

    static Dictionary<string, byte[]> All(Headers? headers)
    {
        Dictionary<string, byte[]> all = new(StringComparer.Ordinal);
        foreach (var header in headers ?? [])
        {
            all[header.Key] = header.GetValueBytes() ?? [];
        }

        return all;
    }
}
