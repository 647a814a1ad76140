using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Recs.Storage.Kafka;

/// <summary>Asks the broker to drop the oldest messages of a partition (its request DeleteRecords).</summary>
static class PartitionTrim
{
    /// <summary>Moves the partition's start.</summary>
    /// <param name="admin">Asks.</param>
    /// <param name="place">The partition.</param>
    /// <param name="through">The log's offset of the last row to drop, at most the partition's end.</param>
    /// <param name="cancel">Gives up the wait; the broker may do it nevertheless.</param>
    /// <returns>Offsets dropped, with or without a message.</returns>
    /// <exception cref="LogUnavailableException">The brokers do not answer, or refuse.</exception>
    public static async Task<TrimmedRows> RunAsync(
        IAdminClient admin, TopicPartition place, long through, CancellationToken cancel)
    {
        try
        {
            var first = await FirstAsync(admin, place).WaitAsync(cancel);
            if (first >= through)
            {
                return default;
            }

            // The log's offset of a row is the broker's plus one: the broker drops what is below the one it is given.
            var options = new DeleteRecordsOptions { RequestTimeout = KafkaClients.Timeout, OperationTimeout = KafkaClients.Timeout };
            var dropped = await admin.DeleteRecordsAsync([new TopicPartitionOffset(place, new Offset(through))], options)
                .WaitAsync(cancel);
            return new TrimmedRows(Math.Max(0, dropped[0].Offset.Value - first), 0);
        }
        catch (Exception reason) when (reason is KafkaException or ObjectDisposedException)
        {
            throw new LogUnavailableException($"The event log cannot be trimmed: {reason.Message}", reason);
        }
    }

    static async Task<long> FirstAsync(IAdminClient admin, TopicPartition place)
    {
        var asked = new TopicPartitionOffsetSpec { TopicPartition = place, OffsetSpec = OffsetSpec.Earliest() };
        var answers = await admin.ListOffsetsAsync([asked], new ListOffsetsOptions { RequestTimeout = KafkaClients.Timeout });
        return answers.ResultInfos[0].TopicPartitionOffsetError.Offset.Value;
    }
}
