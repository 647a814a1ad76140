namespace Recs.Storage.Kafka;

/// <summary>A topic in one word: <c>kafka://HOST:PORT[,HOST:PORT]/TOPIC[?setting=value&amp;...]</c>.</summary>
public static class KafkaAddress
{
    /// <summary>Holds the password where the address does not, so that it need not stand in a command line.</summary>
    public const string PasswordVariable = "RECS_KAFKA_PASSWORD";

    const string Scheme = "kafka://";
    const string PasswordSetting = "sasl.password";

    /// <summary>Reads an address; its topic is taken with the partitions that it has.</summary>
    /// <exception cref="StorageRefusedException">It is malformed; one line says how it should be.</exception>
    public static KafkaLogOptions Parse(string address)
    {
        var (place, query) = Divide(address, '?');
        var (servers, topic) = place.StartsWith(Scheme, StringComparison.Ordinal) ? Divide(place[Scheme.Length..], '/') : default;
        if (servers is not { Length: > 0 } || topic is not { Length: > 0 })
        {
            throw new StorageRefusedException($"Expected {Scheme}HOST:PORT/TOPIC for a log, as in {Scheme}localhost:9092/recs-events.");
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Divide(pair, '=');
            settings[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
        }

        if (settings.ContainsKey("sasl.username") && !settings.ContainsKey(PasswordSetting)
            && Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } password)
        {
            settings[PasswordSetting] = password;
        }

        return new KafkaLogOptions { BootstrapServers = servers, Topic = topic, Partitions = 0, ClientSettings = settings };
    }

    static (string Before, string After) Divide(string text, char mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, "");
}
