using System.Reflection;

using Confluent.Kafka;

using CsCheck;

using Recs.Storage;
using Recs.Storage.Folding;
using Recs.Storage.Kafka;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>Offsets without a message, which no broker makes on demand: a consumer over a list stands in for one.</summary>
public sealed class KafkaReaderTests
{
    static readonly MessageDecoder Decoder = new(checkRecords: false);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Whatever is missing and wherever reading starts and stops.</summary>
    [Fact]
    public Task Every_offset_is_a_row_whether_there_is_a_message_or_not() =>
        Gen.Select(
            Gen.Select(Gen.Bool, Gen.Int[0, 20]).Array[1, 40],
            Gen.Select(Gen.Int[0, 40], Gen.Int[1, 12], Gen.Int[1, 6]).Array[1, 20]).SampleAsync(
            async (messages, reads) =>
            {
                var reader = Reader(messages);
                var next = 0L;
                foreach (var (start, rowsMax, bytesMax) in reads)
                {
                    // Every other read goes on where the last one stopped.
                    var after = start % 2 == 0 || next >= messages.Length ? start % messages.Length : next;
                    var rows = await reader.ReadAsync(after, messages.Length, rowsMax, bytesMax, Decoder, Cancel);
                    Assert.InRange(rows.Count, 1, rowsMax);
                    Assert.Equal(
                        Enumerable.Range(1, rows.Count).Select(step => after + step), rows.Select(row => row.Offset));
                    var at = after > 0 && messages[after - 1].Item1 ? Time(messages[after - 1].Item2) : Time(0);
                    foreach (var row in rows)
                    {
                        var (exists, second) = messages[row.Offset - 1];
                        Assert.Equal(exists ? [(byte)row.Offset] : [], row.Payload.ToArray());
                        Assert.Equal(exists ? 1 : 0, row.Count);
                        Assert.True(row.At >= at && (!exists || row.At >= Time(second)));
                        at = row.At;
                    }

                    next = rows[^1].Offset;
                    Assert.True(
                        next == messages.Length || rows.Count == rowsMax || rows.Sum(row => row.Payload.Length) >= bytesMax);
                }
            },
            threads: 1);

    [Fact]
    public async Task A_row_without_a_message_is_not_older_than_what_is_known()
    {
        (bool, int)[] messages = [(true, 5), (false, 0), (false, 0), (true, 9), (false, 0)];
        Assert.Equal([5, 5, 5, 9, 9], await Seconds(0));
        Assert.Equal([9, 9, 9], await Seconds(2));

        async Task<IEnumerable<long>> Seconds(long after) =>
            (await Reader(messages).ReadAsync(after, messages.Length, 100, 100, Decoder, Cancel))
                .Select(row => row.At.ToUnixTimeSeconds());
    }

    /// <summary>The walk is what stands between a foreign message and the fold.</summary>
    [Fact]
    public void Damaged_records_are_counted_as_damaged_or_fold_like_others() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Int[0, 300], Gen.Byte).Array[0, 4], Gen.Int[0, 60]).Sample(
            (count, changes, cut) =>
            {
                var bytes = KafkaLogTests.Records([.. Enumerable.Range(0, count)]);
                Assert.Equal(count, LogRecords.Count(bytes));
                foreach (var (at, value) in changes)
                {
                    bytes[at % bytes.Length] = value;
                }

                var payload = bytes.AsMemory(0, Math.Max(0, bytes.Length - cut));
                if (LogRecords.Count(payload.Span) is var counted and >= 0)
                {
                    var fold = new LogFold(0, LogWindow.DecisionAge);
                    fold.Fold(new LogBatch(1, Time(0), counted, payload), null);
                    Assert.Equal(counted, fold.Events);
                }
            });

    [Fact]
    public async Task What_retention_removed_is_one_row()
    {
        (bool, int)[] messages = new (bool, int)[PartitionReader.GapRowsMax + 10];
        messages[^1] = (true, 1);
        var rows = await Reader(messages).ReadAsync(0, messages.Length, 100, 1000, Decoder, Cancel);
        Assert.Equal([messages.Length - 1L, messages.Length], rows.Select(row => row.Offset));
        Assert.Equal([0, 1], rows.Select(row => row.Count));
    }

    [Fact]
    public void A_row_is_before_a_time_when_its_millisecond_is() =>
        Gen.Select(Gen.Long[0, 100_000], Gen.Long[0, 10]).Sample((ticks, row) => Assert.Equal(
            DateTimeOffset.UnixEpoch.AddMilliseconds(row) < DateTimeOffset.UnixEpoch.AddTicks(ticks),
            row < KafkaEventLog.FirstMillisecondAt(DateTimeOffset.UnixEpoch.AddTicks(ticks))));

    static DateTimeOffset Time(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    static PartitionReader Reader((bool Exists, int Second)[] messages)
    {
        var consumer = DispatchProxy.Create<IConsumer<Ignore, byte[]?>, ListConsumer>();
        ((ListConsumer)(object)consumer).Messages = messages;
        return new PartitionReader(consumer, new TopicPartition("recs", 0));
    }

    /// <summary>Gives a list's messages as a broker would: from an offset, over what is missing, then the end once.</summary>
    public class ListConsumer : DispatchProxy
    {
        int _at;
        bool _ended;

        internal (bool Exists, int Second)[] Messages { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IConsumer<,>.Assign):
                    (_at, _ended) = ((int)((TopicPartitionOffset)args![0]!).Offset.Value, false);
                    return null;
                case nameof(IConsumer<,>.Consume):
                    return Next();
                default:
                    return null;
            }
        }

        ConsumeResult<Ignore, byte[]?>? Next()
        {
            while (_at < Messages.Length && !Messages[_at].Exists)
            {
                _at++;
            }

            if (_at == Messages.Length)
            {
                return _ended ? null : new() { Offset = _at, IsPartitionEOF = _ended = true };
            }

            var message = new Message<Ignore, byte[]?>
            {
                Value = [(byte)(_at + 1)],
                Timestamp = new Timestamp(Time(Messages[_at].Second)),
                Headers =
                [
                    new Header(MessageFormat.Header, "1"u8.ToArray()),
                    new Header(MessageFormat.CountHeader, "1"u8.ToArray()),
                ],
            };
            return new() { Offset = _at++, Message = message };
        }
    }
}
