using System.Buffers;

using Microsoft.Extensions.Time.Testing;

using Recs.Grains.Ingest;
using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Messages;
using Recs.Storage;
using Recs.Storage.Folding;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary>A fold that begins in the middle of a log counts what one from the start counts.</summary>
public sealed class LogFoldTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0", "c")]
    [InlineData("0 23", "c-")]
    [InlineData("0 24", "cc")]
    [InlineData("0 23 25", "c--")]
    [InlineData("0 23 46 49 80", "c---c")]
    public void An_event_is_a_repeat_within_a_day_of_its_last_copy(string hours, string counted)
    {
        var fold = new LogFold(0, LogWindow.DecisionAge);
        var result = "";
        foreach (var (hour, index) in hours.Split(' ').Select((hour, index) => (double.Parse(hour, null), index)))
        {
            var before = fold.Repeats;
            fold.Fold(Row(index + 1, hour, new() { Type = EventType.Like, At = Start, Viewer = new(1, 0, 0, new byte[8]), Key = 1, Row = 4 }), null);
            result += fold.Repeats == before ? 'c' : '-';
        }

        Assert.Equal(counted, result);
    }

    [Fact]
    public void A_slate_that_events_imply_is_shown_once_also_when_its_first_event_is_repeated()
    {
        LogBatch[] rows =
        [
            Row(1, 0, Event(1, decision: 9, implies: true)),
            Row(2, 23, Event(1, decision: 9, implies: true)),
            Row(3, 25, Event(2, decision: 9, implies: true)),
        ];
        Assert.Equal((1, 1), Shown(rows, 0));
        Assert.Equal((0, 0), Shown(rows, 2));
        Assert.Equal((0, 0), Shown(rows, 2, from: 1));
    }

    [Fact]
    public void That_a_viewer_is_forgotten_is_told_every_time_and_is_no_event()
    {
        var (fold, router, viewer) = (new LogFold(0, LogWindow.DecisionAge), new ShardRouter { NeuralTakes = true, ViewersTake = true }, new Guid(7, 0, 0, new byte[8]));
        for (var row = 1; row <= 2; row++)
        {
            fold.Fold(Row(row, row, new() { Type = EventType.Forget, At = Start, Viewer = viewer, Row = -1 }), router);
        }

        Assert.Equal((0, 0, 2), (fold.Events, fold.Repeats, fold.Position));
        var updates = new ReadOnlySpan<byte>(router.TakeNeural());
        var first = NeuralUpdate.Read(ref updates);
        var second = NeuralUpdate.Read(ref updates);
        Assert.True(updates.IsEmpty);
        Assert.Equal((UpdateKind.Forget, UpdateKind.Forget), (first.Kind, second.Kind));
        Assert.Equal(first.Viewer, System.Runtime.InteropServices.MemoryMarshal.Read<UInt128>(viewer.ToByteArray()));
        Assert.Equal([viewer], router.Viewers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Beginning_anywhere_with_the_window_of_the_day_before_counts_the_same(ulong seed)
    {
        var time = new FakeTimeProvider(Start);
        var log = new MemoryLog(1, time);
        await new FeedbackTraffic(log, time, seed).Run(TimeSpan.FromDays(12), Cancel);
        var rows = log.Ever(0);
        for (var position = 0; position < rows.Count; position += 3)
        {
            var fold = new LogFold(0, LogWindow.DecisionAge);
            fold.StartAfter(await LogWindow.StartAsync(log, 0, position, LogWindow.DecisionAge, Cancel));
            var skipped = (int)fold.Position;
            Assert.True(position < 60 || skipped > 0);
            var resumed = new ReplayedStatistics();
            var whole = new ReplayedStatistics();
            Take(resumed);
            Take(whole);
            foreach (var row in rows.Skip(skipped))
            {
                fold.Fold(row, row.Offset > position ? resumed : null);
            }

            var reference = new LogFold(0, LogWindow.DecisionAge);
            foreach (var row in rows)
            {
                reference.Fold(row, row.Offset > position ? whole : null);
            }

            Assert.Equal(whole.Edges, resumed.Edges);
            Assert.Equal(whole.Items, resumed.Items);
        }
    }

    static void Take(ReplayedStatistics statistics)
    {
        Array.Fill(statistics.EdgesTake, true);
        Array.Fill(statistics.ItemsTake, true);
    }

    /// <summary>Impressions and rewards of the rows above a position, in a fold that begins after another.</summary>
    static (long Impressions, long Rewards) Shown(LogBatch[] rows, long position, long from = 0)
    {
        var statistics = new ReplayedStatistics();
        Take(statistics);
        var fold = new LogFold(0, LogWindow.DecisionAge);
        fold.StartAfter(from);
        foreach (var row in rows.Where(row => row.Offset > from))
        {
            fold.Fold(row, row.Offset > position ? statistics : null);
        }

        return statistics.Items.TryGetValue(4, out var item) ? (item.Impressions, item.Reward) : (0, 0);
    }

    static LoggedEvent Event(UInt128 key, ulong decision, bool implies) => new()
    {
        Type = EventType.Click,
        At = Start,
        Viewer = Guid.Empty,
        Key = key,
        Reward = 1,
        Position = 0,
        ImpliesImpression = implies,
        Decision = new Decision
        {
            Nonce = decision,
            At = Start,
            Policy = 1,
            Graph = 1,
            Clusters = [new ClusterWeight(2, 5)],
            Items = [new DecidedItem(4, 7, 1, 1)],
        },
    };

    static LogBatch Row(long offset, double hours, LoggedEvent logged)
    {
        var records = new ArrayBufferWriter<byte>();
        FeedbackWriter.Write(logged, records);
        return new LogBatch(offset, Start.AddHours(hours), 1, records.WrittenMemory);
    }
}
