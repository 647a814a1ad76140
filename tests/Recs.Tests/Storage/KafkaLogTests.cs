using System.Buffers;
using System.Text;

using Confluent.Kafka;

using Recs.Schema.Log;
using Recs.Storage;
using Recs.Storage.Folding;
using Recs.Storage.Kafka;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>What the log over Kafka promises beyond the contract: other processes, foreign producers, broken messages.</summary>
public sealed class KafkaLogTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Options for a topic; the mock broker answers a fetch only when its wait is over, so that is short.</summary>
    public static KafkaLogOptions Options(KafkaBroker broker, string topic) => new()
    {
        BootstrapServers = broker.Address,
        Topic = topic,
        Partitions = 1,
        ClientSettings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fetch.wait.max.ms"] = "10" },
    };

    [Fact]
    public async Task A_row_that_another_process_appends_is_noticed_and_read()
    {
        var broker = await KafkaBroker.SharedAsync();
        var options = Options(broker, await broker.CreateTopicAsync(1));
        await using var one = await Open(options);
        await using var other = await Open(options);
        var arrived = other.WaitAsync(0, 0, Cancel).AsTask();
        Assert.Equal(0, await other.EndAsync(0, Cancel));

        Assert.Equal(1, await one.AppendAsync(0, Records(7, 8), 2, Cancel));

        await arrived.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        var row = Assert.Single(await other.ReadAsync(0, 0, 10, 1000, Cancel));
        Assert.Equal((1L, 2), (row.Offset, row.Count));
        Assert.Equal([7, 8], Rows([row]));
        Assert.Equal(2, await other.AppendAsync(0, Records(9), 1, Cancel));
        await one.WaitAsync(0, 1, Cancel);
        Assert.Equal([9], Rows(await one.ReadAsync(0, 1, 10, 1000, Cancel)));
    }

    [Fact]
    public async Task What_others_wrote_and_what_is_damaged_are_rows_without_records_and_the_partition_goes_on()
    {
        var broker = await KafkaBroker.SharedAsync();
        var options = Options(broker, await broker.CreateTopicAsync(1));
        await using var log = await Open(options);
        await log.AppendAsync(0, Records(1), 1, Cancel);
        await Produce(broker, options.Topic, "any lines");
        await Produce(broker, options.Topic, "lines, said to be so", MessageFormat.Lines);
        await Produce(broker, options.Topic, "cut short", MessageFormat.Binary);
        await Produce(broker, options.Topic, "?", "42");
        await Produce(broker, options.Topic, null);
        await log.AppendAsync(0, Records(2), 1, Cancel);

        for (var time = 0; time < 2; time++)
        {
            var rows = await ReadTo(log, 7);
            Assert.Equal([1, 0, 0, 0, 0, 0, 1], rows.Select(row => row.Count));
            Assert.Equal(
                [null, "any lines", "lines, said to be so", "cut short", "?", null, null],
                rows.Select(row => row.Foreign is { } foreign ? Encoding.UTF8.GetString(foreign.Value.Span) : null));
            Assert.Equal([2L, 3L], rows.Where(row => row.Foreign is { Fault: null }).Select(row => row.Offset));
            Assert.Contains("damaged", rows[3].Foreign!.Fault, StringComparison.Ordinal);
            Assert.Contains("'42'", rows[4].Foreign!.Fault, StringComparison.Ordinal);
            var fold = new LogFold(0, LogWindow.DecisionAge);
            rows.ForEach(row => fold.Fold(row, null));
            Assert.Equal((7L, 2L), (fold.Position, fold.Events));
        }
    }

    [Fact]
    public async Task Eight_concurrent_appenders_keep_their_order_and_every_record()
    {
        const int Appenders = 8;
        const int Appends = 250;
        var broker = await KafkaBroker.SharedAsync();
        await using var log = await Open(Options(broker, await broker.CreateTopicAsync(1)));
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(async appender =>
        {
            List<Task<long>> offsets = [];
            for (var number = 0; number < Appends; number++)
            {
                offsets.Add(log.AppendAsync(0, Records((appender * Appends) + number), 1, Cancel).AsTask());
                if (number % 10 == 0)
                {
                    await offsets[^1];
                }
            }

            var told = await Task.WhenAll(offsets);
            Assert.Equal(told.Order(), told);
        }));

        var rows = await ReadTo(log, await log.EndAsync(0, Cancel));
        var records = Rows(rows);
        Assert.Equal(Appenders * Appends, rows.Sum(row => row.Count));
        Assert.InRange(rows.Count, 1, Appenders * Appends / 4);
        for (var appender = 0; appender < Appenders; appender++)
        {
            Assert.Equal(
                Enumerable.Range(appender * Appends, Appends), records.Where(record => record / Appends == appender));
        }
    }

    [Fact]
    public async Task An_append_that_no_message_can_take_is_divided_between_its_records()
    {
        var broker = await KafkaBroker.SharedAsync();
        var options = Options(broker, await broker.CreateTopicAsync(1)) with { MessageBytesMax = 1024 };
        await using var log = await Open(options);
        int[] numbers = [.. Enumerable.Range(0, 100)];

        var last = await log.AppendAsync(0, Records(numbers), numbers.Length, Cancel);

        var rows = await ReadTo(log, last);
        Assert.All(rows, row => Assert.InRange(row.Payload.Length, 1, 1024));
        Assert.Equal(numbers, Rows(rows));
        Assert.Equal(numbers.Length, rows.Sum(row => row.Count));

        byte[] unframed = [.. Enumerable.Repeat(byte.MaxValue, 1 << 16)];
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAsync(0, unframed, 1, Cancel).AsTask());
    }

    [Fact]
    public async Task Readers_at_different_places_do_not_disturb_each_other()
    {
        const int Count = 60;
        const int Readers = 4;
        var broker = await KafkaBroker.SharedAsync();
        await using var log = await Open(Options(broker, await broker.CreateTopicAsync(1)));
        for (var number = 1; number <= Count; number++)
        {
            Assert.Equal(number, await log.AppendAsync(0, Records(number), 1, Cancel));
        }

        await Task.WhenAll(Enumerable.Range(0, Readers).Select(async reader =>
        {
            var chance = new Random(reader);
            for (var read = 0; read < 30; read++)
            {
                var (after, most) = (chance.Next(0, Count), chance.Next(1, 20));
                var expected = Enumerable.Range(after + 1, Math.Min(most, Count - after));
                var rows = await log.ReadAsync(0, after, most, 1 << 20, Cancel);
                Assert.Equal(expected, Rows(rows));
                Assert.Equal(expected.Select(offset => (long)offset), rows.Select(row => row.Offset));
            }
        }));
    }

    [Fact]
    public async Task While_the_broker_is_gone_appends_fail_and_are_bounded_and_then_all_goes_on()
    {
        await using var broker = await KafkaBroker.StartMockAsync();
        var options = Options(broker, await broker.CreateTopicAsync(1)) with { AppendBytesMax = 1024 };
        await using var log = await Open(options);
        await log.AppendAsync(0, Records(1), 1, Cancel);
        Assert.Equal([1], Rows(await ReadTo(log, 1)));
        var next = log.WaitAsync(0, 1, Cancel).AsTask();
        await broker.SetDownAsync(true);

        var first = log.AppendAsync(0, Records(2), 1, Cancel).AsTask();
        var second = log.AppendAsync(0, Records([.. Enumerable.Range(0, 10)]), 10, Cancel).AsTask();
        await Assert.ThrowsAsync<LogOverloadedException>(
            () => log.AppendAsync(0, Records([.. Enumerable.Range(0, 10)]), 10, Cancel).AsTask());
        await Assert.ThrowsAsync<LogUnavailableException>(() => first);
        await Assert.ThrowsAsync<LogUnavailableException>(() => second);
        await Assert.ThrowsAnyAsync<IOException>(() => log.EndAsync(0, Cancel).AsTask());
        Assert.False(next.IsCompleted);

        await broker.SetDownAsync(false);
        await log.AppendAsync(0, Records(4), 1, Cancel);
        await next.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal([1, 4], Rows(await ReadTo(log, await log.EndAsync(0, Cancel))));
    }

    [Fact]
    public async Task A_topic_with_another_number_of_partitions_and_an_unknown_setting_are_refused()
    {
        var broker = await KafkaBroker.SharedAsync();
        var options = Options(broker, await broker.CreateTopicAsync(3));
        var refusal = await Assert.ThrowsAsync<StorageRefusedException>(() => Open(options));
        Assert.Contains("3 partitions", refusal.Message, StringComparison.Ordinal);

        var unknown = new Dictionary<string, string>(StringComparer.Ordinal) { ["no.such.setting"] = "1" };
        await Assert.ThrowsAsync<StorageRefusedException>(
            () => Open(options with { Partitions = 3, ClientSettings = unknown }));
    }

    static Task<KafkaEventLog> Open(KafkaLogOptions options) => KafkaEventLog.OpenAsync(options, TimeProvider.System, null, Cancel);

    static async Task Produce(KafkaBroker broker, string topic, string? value, string? format = null)
    {
        using var producer = new ProducerBuilder<Null, byte[]?>(new ProducerConfig { BootstrapServers = broker.Address }).Build();
        var message = new Message<Null, byte[]?> { Value = value is null ? null : Encoding.UTF8.GetBytes(value) };
        if (format is not null)
        {
            message.Headers = [new Header(MessageFormat.Header, Encoding.UTF8.GetBytes(format))];
        }

        await producer.ProduceAsync(topic, message, Cancel);
    }

    static async Task<List<LogBatch>> ReadTo(KafkaEventLog log, long end)
    {
        List<LogBatch> all = [];
        for (var after = 0L; after < end; after = all[^1].Offset)
        {
            await log.WaitAsync(0, after, Cancel);
            all.AddRange(await log.ReadAsync(0, after, 1000, 1 << 20, Cancel));
        }

        return all;
    }

    /// <summary>Clicks without a decision, on the items of these rows.</summary>
    public static byte[] Records(params int[] numbers)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var number in numbers)
        {
            var click = new LoggedEvent
            {
                Type = EventType.Click,
                At = DateTimeOffset.UnixEpoch,
                Viewer = Guid.Empty,
                Row = number,
            };
            FeedbackWriter.Write(click, output);
        }

        return output.WrittenSpan.ToArray();
    }

    static List<int> Rows(IEnumerable<LogBatch> rows)
    {
        List<int> numbers = [];
        foreach (var row in rows)
        {
            for (var reader = new FeedbackReader(row.Payload.Span); reader.MoveNext();)
            {
                numbers.Add(reader.Current.Row);
            }
        }

        return numbers;
    }
}
