using System.Diagnostics;
using System.Text.Json;

using Confluent.Kafka;

using Npgsql;

using Recs.Cluster.Tests.Loop;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Events that another program writes straight to the topic.</summary>
/// <remarks>The program is kcat; where there is none, Confluent's client, and the output says so.</remarks>
[Collection(typeof(WholeMachine))]
public sealed class ForeignProducerTests(ThreeSilosOnKafka silos, ITestOutputHelper output) : IClassFixture<ThreeSilosOnKafka>
{
    static readonly string? Kcat = Array.Find(["/usr/bin/kcat", "/usr/local/bin/kcat", "/opt/homebrew/bin/kcat"], File.Exists);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_in_the_topic_are_learned_from_once_and_what_is_malformed_is_set_aside_with_the_reason()
    {
        output.WriteLine(Kcat is null ? "There is no kcat: Confluent's client produces." : $"{Kcat} produces.");
        var slate = await silos.ClientOf(0).RecommendAsync(new RecommendRequest { UserId = "foreign", Count = 3 }, Cancel);
        var item = slate.Items[0].Id;
        string[] lines =
        [
            JsonSerializer.Serialize(new { eventId = "f-1", type = "impression", decisionId = slate.DecisionId }),
            JsonSerializer.Serialize(new { eventId = "f-2", type = "click", decisionId = slate.DecisionId, itemId = item }),
            JsonSerializer.Serialize(new { eventId = "f-2", type = "click", decisionId = slate.DecisionId, itemId = item }),
            JsonSerializer.Serialize(new { type = "click", userId = "foreign", itemId = "nowhere" }),
            JsonSerializer.Serialize(new { type = "click", userId = "foreign", itemId = slate.Items[1].Id }),
            JsonSerializer.Serialize(new { type = "click", decisionId = "AAAA", itemId = item }),
            """{"type":"click","userId":"foreign","itemI""",
            """{"type":"click","userId":"foreign","item":"x"}""",
            "not even json",
        ];

        // Any partition: what is taken goes to the viewer's own.
        await Produce(lines, partition: 1);

        await ServedSilo.Until(async () => await Rewards(2, item) > 0);
        await ServedSilo.Until(async () => (await silos.ClientOf(0).GetUserAsync("foreign", Cancel))?.History.Count >= 2);
        var expected = (await Rewards(2, item), await Impressions(2, item));
        await ServedSilo.Until(async () => (await Letters()).Count >= 5);
        var letters = await Letters();
        output.WriteLine(string.Join('\n', letters));
        Assert.Equal(5, letters.Count);
        Assert.Contains(letters, letter => letter.StartsWith("unknown-item: There is no item 'nowhere'.", StringComparison.Ordinal));
        Assert.Contains(letters, letter => letter.StartsWith("unknown-decision:", StringComparison.Ordinal));
        Assert.Equal(2, letters.Count(letter => letter.StartsWith("malformed: Malformed JSON at line 1", StringComparison.Ordinal)));
        Assert.Contains(letters, letter => letter.StartsWith("unknown-field: item:", StringComparison.Ordinal));
        var counted = await Task.WhenAll(Enumerable.Range(0, 3).Select(silo => Metrics.Total(silos[silo].Http, "recs_dead_letters_total")));
        Assert.Equal(5, counted.Sum());

        // Several events in one message, as the format allows, all of them known already.
        await Produce([$"{lines[0]}\n\n{lines[1]}\r\n"], partition: 2);
        var marker = JsonSerializer.Serialize(new { type = "click", userId = "marker", itemId = slate.Items[2].Id });
        await Produce([marker], partition: 0);
        await ServedSilo.Until(async () => await silos.ClientOf(1).GetUserAsync("marker", Cancel) is { History.Count: 1 });
        Assert.Equal(expected, (await Rewards(2, item), await Impressions(2, item)));
        await Task.Delay(3000, Cancel);
        Assert.Equal(0, await Commands.Recs(["replay-log", "--storage", silos.Database, .. silos.LogArguments]));
    }

    async Task Produce(string[] messages, int partition)
    {
        if (Kcat is null)
        {
            using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = silos.Broker }).Build();
            foreach (var message in messages)
            {
                await producer.ProduceAsync(new TopicPartition(silos.Topic, partition), new Message<Null, string> { Value = message }, Cancel);
            }

            return;
        }

        var start = new ProcessStartInfo(Kcat, ["-P", "-b", silos.Broker, "-t", silos.Topic, "-p", $"{partition}", "-D", ";"])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        using var kcat = Process.Start(start)!;
        foreach (var message in messages)
        {
            await kcat.StandardInput.WriteAsync($"{message};");
        }

        kcat.StandardInput.Close();
        await kcat.WaitForExitAsync(Cancel);
        Assert.Equal(0, kcat.ExitCode);
    }

    async Task<double> Rewards(int silo, string item) => (await Edges(silo, item)).Sum(edge => edge.B);

    async Task<double> Impressions(int silo, string item) => (await Edges(silo, item)).Sum(edge => edge.D);

    async Task<IReadOnlyList<EdgeDocument>> Edges(int silo, string item) => (await silos.ClientOf(silo).GetEdgesAsync(item, Cancel))!.Edges;

    async Task<List<string>> Letters()
    {
        await using var connection = new NpgsqlConnection(silos.Database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("SELECT reason || ' ' || text FROM recs.dead_letter ORDER BY 1", connection);
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        List<string> letters = [];
        while (await rows.ReadAsync(Cancel))
        {
            letters.Add(rows.GetString(0));
        }

        return letters;
    }
}
