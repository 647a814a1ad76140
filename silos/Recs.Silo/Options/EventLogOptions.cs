using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>The log of feedback.</summary>
public sealed record EventLogOptions
{
    /// <summary>The log is where everything else is.</summary>
    public const string Storage = "storage";

    /// <summary>The log is a topic.</summary>
    public const string KafkaTopic = "kafka";

    /// <summary>Default storage.</summary>
    [AllowedValues(Storage, KafkaTopic)]
    public string Provider { get; init; } = Storage;

    /// <summary>Where the topic is.</summary>
    public KafkaOptions Kafka { get; init; } = new();

    /// <summary>Partitions of a new log; one that exists keeps its own. Default 4.</summary>
    [Range(1, 64)]
    public int Partitions { get; init; } = 4;

    /// <summary>Days that the log keeps an event at least. This version deletes none. Default 30.</summary>
    [Range(1, 36_500)]
    public int RetentionDays { get; init; } = 30;
}
