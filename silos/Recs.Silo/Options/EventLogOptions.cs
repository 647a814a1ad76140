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

    /// <summary>
    /// Days that the log keeps an event at least; 0 keeps all for ever. What was learned from dropped events stays. Default 30.
    /// </summary>
    [Range(0, 36_500)]
    public int RetentionDays { get; init; } = 30;

    /// <summary>
    /// Folder where dropped events are kept in compressed files; null drops them for good. With several silos all of them
    /// must see it. Default null.
    /// </summary>
    public string? ArchivePath { get; init; }
}
