using System.ComponentModel.DataAnnotations;

namespace Recs.Storage.Kafka;

/// <summary>Where the topic is that holds the log, and the limits of using it. Validated when the log is opened.</summary>
public sealed record KafkaLogOptions
{
    /// <summary>Brokers to begin with, as <c>host:port</c> with commas between.</summary>
    [Required]
    public required string BootstrapServers { get; init; }

    /// <summary>
    /// The topic. When it is missing it is created: with the broker's own replication, kept for ever, times by the broker.
    /// One that exists is taken as it is, and should be the same; a shorter retention than the models' history loses history.
    /// </summary>
    [Required]
    public required string Topic { get; init; }

    /// <summary>
    /// Partitions of the topic. A topic that exists must have as many; 0 takes it as it is and makes none. Default 8.
    /// </summary>
    [Range(0, 1024)]
    public int Partitions { get; init; } = 8;

    /// <summary>
    /// Further settings of every client, by librdkafka's own names: <c>security.protocol</c>, <c>sasl.username</c>,
    /// <c>ssl.ca.location</c>, <c>compression.type</c>... Those that the log's promises rest on cannot be changed.
    /// </summary>
    public IReadOnlyDictionary<string, string> ClientSettings { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Most bytes of records that may wait for the broker; beyond it an append is refused. Default 64 MiB.</summary>
    [Range(1024, 1L << 32)]
    public long AppendBytesMax { get; init; } = 64 << 20;

    /// <summary>
    /// Appends are merged into messages of at most this many bytes, and a larger append is divided between its records.
    /// Must leave room below the broker's <c>message.max.bytes</c>. Default 900,000.
    /// </summary>
    [Range(1024, 900_000_000)]
    public int MessageBytesMax { get; init; } = 900_000;

    /// <summary>Most rows one read returns. Default 4096.</summary>
    [Range(1, 1 << 20)]
    public int ReadRowsMax { get; init; } = 4096;

    /// <summary>How often a partition is asked for rows that other processes appended. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether the records of a binary message are walked before it is given to readers, so that a damaged one can be
    /// set aside instead of stopping its partition. Default true.
    /// </summary>
    public bool CheckRecords { get; init; } = true;
}
