using System.Buffers;
using Recs.Offline.Joins;
using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Storage;
using Recs.Storage.Folding;
using Xunit;

namespace Recs.Tests.Offline.Gates;

/// <summary>Decisions of the log as logged bandit feedback.</summary>
public sealed class FeedbackJoinTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Window = TimeSpan.FromHours(1);
    static readonly int[] Catalogue = [10, 11, 12];

    [Fact]
    public void Gives_a_row_for_every_item_shown_with_its_context_and_clipped_reward()
    {
        var feedback = Join(
            100,
            Event(EventType.Click, Decide(1, 120), 1, 60_000),
            Event(EventType.Impression, Decide(1, 120), -1, 0),
            Event(EventType.Like, Decide(1, 120), 1, 60_000),
            Event(EventType.Watch, Decide(1, 120), 2, 13_107)).Build(Now, Catalogue);

        Assert.Equal([0, 3], feedback.Starts);
        Assert.Equal([10, 11, 12], feedback.Items);
        Assert.Equal<byte>([0, 1, 2], feedback.Positions);
        Assert.Equal([0.5f, 0.25f, 1f], feedback.Propensities);
        Assert.Equal([0, 1, 0.2f], feedback.Rewards);
        Assert.Equal<ushort>([1, 2, 3], feedback.Matched);
        Assert.Equal([4, 7], feedback.ClustersOf(0).ToArray());
        Assert.Equal<ushort>([50_000, 15_535], feedback.WeightsOf(0).ToArray());
        Assert.Equal<(byte, uint, long)>((3, 9, Now.AddMinutes(-120).ToUnixTimeMilliseconds()), (feedback.Policies[0], feedback.Graphs[0], feedback.DecidedMs[0]));
        Assert.Equal(0, feedback.Dropped.Total);
    }

    [Fact]
    public void Counts_what_it_leaves_out_by_reason()
    {
        var feedback = Join(
            100,
            Event(EventType.Impression, Decide(1, 59), -1, 0),
            Event(EventType.Click, Decide(2, 59), 0, 65_535),
            Event(EventType.Impression, Decide(3, 120) with { Items = [new(99, 0, 0.5f, 1)] }, -1, 0),
            Event(EventType.Impression, Decide(4, 120) with { Items = [new(10, 0, 0, 1), new(11, 0, float.NaN, 1)] }, -1, 0),
            Event(EventType.Impression, Decide(5, 120) with { Clusters = [] }, 0, 0),
            Event(EventType.Impression, Decide(6, 120), 0, 0),
            Event(EventType.Click, Decide(6, 120), 0, 65_535, minutesAgo: 59)).Build(Now, Catalogue);

        Assert.Equal(
            new() { NotMatured = 4, UnknownItem = 1, NoPropensity = 2, NoContext = 1 }, feedback.Dropped);
        Assert.Equal(1, feedback.LateRewards);
        Assert.Equal([0f], feedback.Rewards);
    }

    [Theory]
    [InlineData(6, 2)]
    [InlineData(7, 2)]
    [InlineData(300, 50)]
    public void Keeps_the_most_recent_decisions_however_they_arrive(int rowsMax, int decisions)
    {
        // 50 decisions of 3 items; 17 and 50 have no common divisor, so every decision comes once and out of order.
        var events = Enumerable.Range(0, 50).Select(i => (i * 17) % 50)
            .Select(age => Event(EventType.Impression, Decide((ulong)age + 1, 100 + age), -1, 0)).ToArray();
        var join = Join(rowsMax, events);
        Assert.InRange(join.Count, 0, 2 * rowsMax);
        var feedback = join.Build(Now, Catalogue);
        Assert.Equal(decisions, feedback.Decisions);
        Assert.Equal(Now.AddMinutes(-100).ToUnixTimeMilliseconds(), feedback.DecidedMs[^1]);
        Assert.Equal(150, feedback.Rows + feedback.Dropped.TooOld);
    }

    [Fact]
    public void Decisions_of_one_millisecond_are_bounded_too()
    {
        var events = Enumerable.Range(0, 50).Select(i => Event(EventType.Impression, Decide((ulong)i + 1, 100), -1, 0)).ToArray();
        var feedback = Join(9, events).Build(Now, Catalogue);
        Assert.Equal(3, feedback.Decisions);
        Assert.Equal(141, feedback.Dropped.TooOld);
    }

    internal static Decision Decide(ulong nonce, int minutesAgo) => new()
    {
        Nonce = nonce,
        At = Now.AddMinutes(-minutesAgo),
        Policy = 3,
        Graph = 9,
        Viewer = new(1, 2, 3, new byte[8]),
        Clusters = [new(4, 50_000), new(7, 15_535)],
        Items = [new(10, 6553, 0.5f, 1), new(11, 6553, 0.25f, 2), new(12, 6553, 1, 3)],
    };

    static LoggedEvent Event(EventType type, Decision decision, int position, ushort reward, int? minutesAgo = null) => new()
    {
        Type = type,
        At = minutesAgo is { } minutes ? Now.AddMinutes(-minutes) : decision.At,
        Viewer = decision.Viewer,
        Decision = decision,
        Position = position,
        Reward = reward,
    };

    static FeedbackJoin Join(int rowsMax, params LoggedEvent[] events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var logged in events)
        {
            FeedbackWriter.Write(logged, buffer);
        }

        var join = new FeedbackJoin(Window, rowsMax);
        new LogFold(0, LogWindow.DecisionAge).Fold(new LogBatch(1, Now, events.Length, buffer.WrittenMemory), join);
        return join;
    }
}
