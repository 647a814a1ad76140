using Confluent.Kafka;
using Confluent.Kafka.Admin;

using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Recs.Storage.Kafka;

/// <summary>Makes sure that the topic is there and is what the options say.</summary>
static class KafkaTopic
{
    /// <summary>Lets the broker choose the number of replicas, as its operator has set it.</summary>
    const short BrokersReplication = -1;

    /// <summary>
    /// The log is the truth and is kept for ever. Its times are the broker's: a producer whose clock is ahead would
    /// otherwise take the whole partition's time with it.
    /// </summary>
    static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["cleanup.policy"] = "delete",
        ["retention.ms"] = "-1",
        ["retention.bytes"] = "-1",
        ["message.timestamp.type"] = "LogAppendTime",
    };

    /// <returns>Partitions of the topic.</returns>
    /// <exception cref="LogUnavailableException">The brokers do not answer.</exception>
    /// <exception cref="StorageRefusedException">The topic has another number of partitions, or may not be created.</exception>
    public static async Task<int> RequireAsync(IAdminClient admin, KafkaLogOptions options, CancellationToken cancel)
    {
        try
        {
            var partitions = Partitions(admin, options.Topic);
            if (partitions is not { } known)
            {
                if (options.Partitions == 0)
                {
                    throw new StorageRefusedException($"There is no topic {options.Topic}.");
                }

                await CreateAsync(admin, options).WaitAsync(cancel);
                return options.Partitions;
            }

            if (options.Partitions != 0 && known != options.Partitions)
            {
                throw new StorageRefusedException(
                    $"Topic {options.Topic} has {partitions} partitions, not {options.Partitions}.");
            }

            return known;
        }
        catch (KafkaException reason)
        {
            throw new LogUnavailableException($"The event log cannot be opened: {reason.Message}", reason);
        }
    }

    static int? Partitions(IAdminClient admin, string topic)
    {
        var known = admin.GetMetadata(topic, KafkaClients.Timeout).Topics.Single();
        return known.Error.Code switch
        {
            ErrorCode.NoError or ErrorCode.LeaderNotAvailable => known.Partitions.Count,
            ErrorCode.UnknownTopicOrPart => null,
            _ => throw new KafkaException(known.Error),
        };
    }

    static async Task CreateAsync(IAdminClient admin, KafkaLogOptions options)
    {
        var wanted = new TopicSpecification
        {
            Name = options.Topic,
            NumPartitions = options.Partitions,
            ReplicationFactor = BrokersReplication,
            Configs = Settings,
        };
        try
        {
            await admin.CreateTopicsAsync([wanted], new CreateTopicsOptions { OperationTimeout = KafkaClients.Timeout });
        }
        catch (CreateTopicsException reason)
            when (reason.Results.All(result => result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another silo was first; it was told the same.
        }
        catch (CreateTopicsException reason)
        {
            throw new StorageRefusedException(
                $"Topic {options.Topic} is missing and cannot be created: {reason.Results[0].Error.Reason}", reason);
        }
    }
}
