using Confluent.Kafka;

using Microsoft.Extensions.Logging;

namespace Recs.Storage.Kafka;

/// <summary>Makes the clients of one log: what may be set is set, what the promises rest on is fixed.</summary>
sealed partial class KafkaClients(KafkaLogOptions options, ILogger logger)
{
    /// <summary>How long the broker may take for anything before it counts as unavailable.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What the headers and the protocol may add to a message's value.</summary>
    const int EnvelopeBytesMax = 1 << 16;

    /// <summary>Most bytes that one reader fetches ahead.</summary>
    const int ReadAheadKilobytesMax = 8 << 10;

    readonly ILogger _logger = logger;

    /// <summary>A producer that keeps the order of calls and writes no message twice, whatever it has to repeat.</summary>
    public IProducer<Null, byte[]> Producer()
    {
        var settings = Settings(("linger.ms", "0"));
        settings["enable.idempotence"] = "true";
        settings["acks"] = "all";
        settings["message.timeout.ms"] = Text((int)Timeout.TotalMilliseconds);
        settings["message.max.bytes"] = Text(options.MessageBytesMax + EnvelopeBytesMax);
        return new ProducerBuilder<Null, byte[]>(settings)
            .SetLogHandler((_, message) => Note(message))
            .SetErrorHandler((_, error) => LogError(_logger, error.Reason))
            .Build();
    }

    /// <summary>A consumer that is told what to read, belongs to no group's balance and commits nothing.</summary>
    public IConsumer<Ignore, byte[]?> Consumer()
    {
        var settings = Settings(
            ("group.id", "recs-log"),
            ("fetch.wait.max.ms", "100"),
            ("fetch.queue.backoff.ms", "5"),
            ("queued.max.messages.kbytes", Text(ReadAheadKilobytesMax)));
        settings["isolation.level"] = "read_committed";

        // The broker's checksum of each batch: the log's own, where the log is a topic.
        settings["check.crcs"] = "true";
        settings["enable.auto.commit"] = "false";
        settings["enable.partition.eof"] = "true";
        settings["auto.offset.reset"] = "earliest";
        settings["allow.auto.create.topics"] = "false";

        // Without a handler errors are notes too; with one they would pile up while nobody reads.
        return new ConsumerBuilder<Ignore, byte[]?>(settings).SetLogHandler((_, message) => Note(message)).Build();
    }

    Dictionary<string, string> Settings(params ReadOnlySpan<(string Key, string Value)> defaults)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["reconnect.backoff.max.ms"] = "1000" };
        foreach (var (key, value) in defaults)
        {
            settings[key] = value;
        }

        foreach (var (key, value) in options.ClientSettings)
        {
            settings[key] = value;
        }

        settings["bootstrap.servers"] = options.BootstrapServers;
        return settings;
    }

    static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    void Note(LogMessage message)
    {
        if (message.Level <= SyslogLevel.Error)
        {
            LogError(_logger, message.Message);
        }
        else
        {
            LogNote(_logger, message.Facility, message.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event log: {Reason}")]
    static partial void LogError(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    static partial void LogNote(ILogger logger, string facility, string text);
}
