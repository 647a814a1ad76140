using System.Diagnostics;
using System.Globalization;

using Confluent.Kafka;
using Confluent.Kafka.Admin;

using DotNet.Testcontainers.Builders;

using Testcontainers.Kafka;

namespace Recs.Tests.Storage;

/// <summary>
/// A broker for tests: a real one where a Docker engine answers, otherwise librdkafka's own in a child process
/// (tests/Recs.MockBroker), which ends with this one.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    const string Image = "confluentinc/cp-kafka:7.5.12";

    static readonly Lazy<Task<KafkaBroker>> Started = new(StartAsync);

    static int _topics;

    readonly KafkaContainer? _container;
    readonly Process? _process;
    readonly SemaphoreSlim _turn = new(1);

    KafkaBroker(string address, KafkaContainer? container, Process? process) =>
        (Address, _container, _process) = (address, container, process);

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <summary>Whether it can do all that a broker can.</summary>
    public bool IsReal => _container is not null;

    /// <summary>The broker all tests share.</summary>
    public static Task<KafkaBroker> SharedAsync() => Started.Value;

    /// <summary>One of librdkafka's own, for a test that stops it.</summary>
    public static async Task<KafkaBroker> StartMockAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Recs.MockBroker.dll"));
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        var address = await process.StandardOutput.ReadLineAsync();
        return address is null
            ? throw new InvalidOperationException("The mock broker does not start.")
            : new KafkaBroker(address, null, process);
    }

    /// <summary>Creates an empty topic that no test has seen.</summary>
    public async Task<string> CreateTopicAsync(int partitions)
    {
        var topic = string.Create(
            CultureInfo.InvariantCulture, $"recs-{Environment.ProcessId}-{Interlocked.Increment(ref _topics)}");
        if (_process is null)
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Address }).Build();
            var specification = new TopicSpecification
            {
                Name = topic,
                NumPartitions = partitions,
                ReplicationFactor = 1,

                // The contract's rows are of a day long past.
                Configs = new Dictionary<string, string>(StringComparer.Ordinal) { ["retention.ms"] = "-1" },
            };
            await admin.CreateTopicsAsync([specification]);
            return topic;
        }

        await TellAsync(string.Create(CultureInfo.InvariantCulture, $"topic {topic} {partitions}"));
        return topic;
    }

    /// <summary>The mock broker answers nobody, until it is up again.</summary>
    public Task SetDownAsync(bool down) => TellAsync(down ? "down" : "up");

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        _process?.Kill();
        _process?.Dispose();
        _turn.Dispose();
    }

    async Task TellAsync(string line)
    {
        await _turn.WaitAsync();
        try
        {
            await _process!.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
            if (await _process.StandardOutput.ReadLineAsync() != line)
            {
                throw new InvalidOperationException($"The mock broker does not do '{line}'.");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    static async Task<KafkaBroker> StartAsync()
    {
        try
        {
            var container = new KafkaBuilder(Image).Build();
            await container.StartAsync();
            Console.WriteLine($"Kafka tests run against {Image} in a container.");
            return new KafkaBroker(container.GetBootstrapAddress(), container, null);
        }
        catch (DockerUnavailableException)
        {
            Console.WriteLine("Kafka tests run against librdkafka's mock broker: no Docker engine answers.");
            return await StartMockAsync();
        }
    }
}
