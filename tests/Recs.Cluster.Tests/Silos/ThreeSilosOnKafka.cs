using System.Globalization;

using Recs.Tests.Storage;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Three silos whose log is a topic, and everything else in a database.</summary>
public sealed class ThreeSilosOnKafka : ThreeSilos
{
    // librdkafka's broker forgets what is beyond 5 MB of a partition: a long run needs more of them.
    static readonly int Partitions = int.Parse(Environment.GetEnvironmentVariable("RECS_PARTITIONS") ?? "4", CultureInfo.InvariantCulture);

    // The mock broker answers a fetch only when its wait is over.
    const int FetchWaitMs = 10;

    KafkaBroker? _broker;

    /// <summary>The topic.</summary>
    public string Topic { get; private set; } = "";

    /// <summary>Host and port of the broker.</summary>
    public string Broker => _broker!.Address;

    /// <inheritdoc/>
    public override string[] LogArguments =>
        ["--log", string.Create(CultureInfo.InvariantCulture, $"kafka://{Broker}/{Topic}?fetch.wait.max.ms={FetchWaitMs}")];

    /// <inheritdoc/>
    protected override string[] LogSettings =>
    [
        "--Recs:EventLog:Provider=kafka", $"--Recs:EventLog:Partitions={Partitions}", $"--Recs:EventLog:Kafka:BootstrapServers={Broker}", $"--Recs:EventLog:Kafka:Topic={Topic}",
        string.Create(CultureInfo.InvariantCulture, $"--Recs:EventLog:Kafka:Settings:fetch.wait.max.ms={FetchWaitMs}"),
    ];

    /// <inheritdoc/>
    protected override async Task StartLog()
    {
        _broker = await KafkaBroker.SharedAsync();
        Topic = await _broker.CreateTopicAsync(Partitions);
    }
}
