using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>A topic of Apache Kafka, Redpanda, or Azure Event Hubs through its Kafka endpoint.</summary>
public sealed record KafkaOptions
{
    /// <summary><c>host:port</c> with commas between; Event Hubs: NAMESPACE.servicebus.windows.net:9093.</summary>
    public string BootstrapServers { get; init; } = "";

    /// <summary>The topic, or event hub; made when it is missing and the broker allows that. Default recs-events.</summary>
    [Required]
    [MaxLength(249)]
    public string Topic { get; init; } = "recs-events";

    /// <summary>Default Plaintext; Event Hubs: SaslSsl.</summary>
    [AllowedValues("Plaintext", "Ssl", "SaslPlaintext", "SaslSsl")]
    public string SecurityProtocol { get; init; } = "Plaintext";

    /// <summary>With SASL; Event Hubs: Plain.</summary>
    [AllowedValues("", "Plain", "ScramSha256", "ScramSha512")]
    public string SaslMechanism { get; init; } = "";

    /// <summary>With SASL; Event Hubs: $ConnectionString.</summary>
    public string SaslUsername { get; init; } = "";

    /// <summary>With SASL; Event Hubs: the connection string.</summary>
    [DataType(DataType.Password)]
    public string SaslPassword { get; init; } = "";

    /// <summary>Further settings of librdkafka by their own names, as in <c>ssl.ca.location</c>.</summary>
    public Dictionary<string, string> Settings { get; init; } = new(StringComparer.Ordinal);

    /// <summary>All of it by librdkafka's names.</summary>
    public Dictionary<string, string> ClientSettings()
    {
        var settings = new Dictionary<string, string>(Settings, StringComparer.Ordinal)
        {
            ["security.protocol"] = SecurityProtocol switch
            {
                "Ssl" => "ssl",
                "SaslPlaintext" => "sasl_plaintext",
                "SaslSsl" => "sasl_ssl",
                _ => "plaintext",
            },
        };
        if (IsSasl)
        {
            settings["sasl.mechanism"] = SaslMechanism switch
            {
                "ScramSha256" => "SCRAM-SHA-256",
                "ScramSha512" => "SCRAM-SHA-512",
                _ => "PLAIN",
            };
            settings["sasl.username"] = SaslUsername;
            settings["sasl.password"] = SaslPassword;
        }

        return settings;
    }

    /// <summary>What is missing or does not go together, with its key; null when nothing.</summary>
    public string? Fault() =>
        BootstrapServers.Length == 0 ? $"{nameof(BootstrapServers)}: kafka needs them, as host:port with commas between."
        : IsSasl && SaslMechanism.Length == 0 ? $"{nameof(SaslMechanism)}: {SecurityProtocol} needs one."
        : IsSasl && SaslUsername.Length == 0 ? $"{nameof(SaslUsername)}: {SecurityProtocol} needs one."
        : IsSasl && SaslPassword.Length == 0 ? $"{nameof(SaslPassword)}: {SecurityProtocol} needs one."
        : null;

    bool IsSasl => SecurityProtocol.StartsWith("Sasl", StringComparison.Ordinal);
}
