using System.Buffers;

using CsCheck;

using Recs.Grains.Ingest;
using Recs.Schema.Decisions;
using Recs.Schema.Log;
using Recs.Schema.Snapshots;
using Recs.Storage;
using Recs.Storage.Folding;

using Xunit;

namespace Recs.Tests.Retention;

/// <summary>What one shown item earns: at most 1, once, in any order, at any delay, however often it is sent.</summary>
public sealed class ShownItemTests
{
    const ushort Weight = 40_000;

    static readonly string[] Types = ["impression", "click", "watch", "like", "share", "skip", "custom:save"];

    static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly RewardTable Rewards = Table(("click", 0.5, 0), ("watch", 0.3, 60), ("like", 0.1, 0), ("share", 0.1, 0), ("custom:save", 0, 0));

    [Fact]
    public void A_click_that_is_sent_a_hundred_thousand_times_counts_once_and_implies_its_impression()
    {
        var sums = new Sums();
        sums.Fold([.. Enumerable.Repeat(Say("click"), 100_000)]);
        Assert.Equal((1, 32_767), sums.Item());
        Assert.Equal((99_999, 100_000), (sums.Log.Repeats, sums.Log.Events));
        Assert.Equal(((long)Weight * Weight, Weight * 32_767L), sums.Edge());
    }

    [Fact]
    public void Everything_that_can_be_earned_adds_up_to_one()
    {
        var sums = new Sums();
        sums.Fold([Say("share"), Say("watch", 900), Say("like"), Say("click"), Say("impression"), Say("skip")]);
        var (shown, earned) = sums.Item();
        Assert.Equal(1, shown);
        Assert.InRange(earned, Quantised.One - 4, Quantised.One);
    }

    [Fact]
    public void Heartbeats_earn_what_the_longest_of_them_earns_alone_and_leave_its_square()
    {
        var (beats, alone) = (new Sums(), new Sums());
        beats.Fold([.. Enumerable.Range(1, 11).Select(beat => Say("watch", beat * 5)), Say("watch", 20)]);
        alone.Fold([Say("watch", 55)]);
        Assert.Equal(alone.Entry(), beats.Entry());
        Assert.Equal(alone.Entry().Watch * alone.Entry().Watch, beats.Entry().WatchSquares);
    }

    [Fact]
    public void Custom_types_are_told_apart()
    {
        var rewards = Table(("custom:buy", 0.6, 0), ("custom:save", 0.2, 0));
        var sums = new Sums();
        sums.Fold([Say("custom:buy", rewards: rewards), Say("custom:save", rewards: rewards), Say("custom:buy", rewards: rewards)]);
        Assert.Equal((1, 39_321 + 13_107), sums.Item());
    }

    [Fact]
    public void A_dislike_puts_an_item_below_one_that_was_only_shown_and_never_below_nothing()
    {
        var rewards = Table(("click", 1, 0), ("dislike", -0.6, 0), ("skip", -0.4, 0));
        var (shown, disliked, worst, best) = (new Sums(), new Sums(), new Sums(), new Sums());
        shown.Fold([Say("impression", rewards: rewards)]);
        disliked.Fold([Say("dislike", rewards: rewards), Say("impression", rewards: rewards)]);
        worst.Fold([Say("dislike", rewards: rewards), Say("skip", rewards: rewards), Say("dislike", rewards: rewards)]);
        best.Fold([Say("click", rewards: rewards)]);
        Assert.Equal(32_767, shown.Item().Earned);
        Assert.Equal(32_767 - 19_660, disliked.Item().Earned);
        Assert.InRange(worst.Item().Earned, 0, 2);
        Assert.InRange(best.Item().Earned, Quantised.One - 2, Quantised.One);
    }

    [Fact]
    public void An_event_id_cannot_make_an_impression_a_repeat_but_a_reward()
    {
        var sums = new Sums();
        sums.Fold([Say("impression", key: 7), Say("click", key: 8), Say("like", key: 8), Say("impression", nonce: 2, key: 7)]);
        Assert.Equal((2, 32_767), sums.Item());
    }

    [Fact]
    public void Any_order_and_repetition_and_any_cut_into_rows_gives_the_same_sums()
    {
        var event_ = Gen.Select(Gen.Int[0, Types.Length - 1].Select(at => Types[at]), Gen.Double[0, 80], Gen.ULong[1, 6]);
        Gen.Select(event_.Array[1, 30], Gen.Int[0, int.MaxValue], Gen.Int[1, 7]).Sample((said, seed, rowLength) =>
        {
            LoggedEvent[] events = [.. said.Select(one => Say(one.Item1, one.Item2, nonce: one.Item3))];
            var (once, mixed) = (new Sums(), new Sums());
            once.Fold(events);
            var random = new Random(seed);
            LoggedEvent[] again = [.. events, .. events.Where(_ => random.Next(2) == 0)];
            random.Shuffle(again);
            foreach (var row in again.Chunk(rowLength))
            {
                mixed.Fold(row);
            }

            return once.Entry() == mixed.Entry() && once.Edge() == mixed.Edge();
        });
    }

    [Theory]
    [InlineData(47)]
    [InlineData(1)]
    public void What_was_earned_is_remembered_as_long_as_a_decision_takes_feedback_also_by_a_fold_that_starts_later(int hours)
    {
        var (whole, resumed) = (new Sums(), new Sums());
        whole.Fold([Say("click"), Say("watch", 10)]);
        resumed.Remember([Say("click"), Say("watch", 10)]);
        whole.Fold([Say("click"), Say("watch", 30)], hours);
        resumed.Fold([Say("click"), Say("watch", 30)], hours);
        Assert.Equal((1, 32_767 + 9_830), whole.Item());
        Assert.Equal((0, 9_830 - 3_276), resumed.Item());
    }

    [Fact]
    public void Rules_that_promise_more_than_one_are_refused_and_named()
    {
        var fault = RewardTable.Fault(new Dictionary<string, RewardRule> { ["click"] = new(0.8, 0), ["custom:buy"] = new(0.4, 0), ["skip"] = new(-0.2, 0) });
        Assert.Equal("one shown item may earn 1.2 (click 0.8, custom:buy 0.4): expected at most 1.", fault);
        Assert.Contains("-1.5 (dislike -1, skip -0.5): expected at least -1", RewardTable.Fault(
            new Dictionary<string, RewardRule> { ["dislike"] = new(-1, 0), ["skip"] = new(-0.5, 0) }));
    }

    [Fact]
    public void Ids_of_events_are_the_viewers_own()
    {
        var keys = Enumerable.Range(0, 40).Select(viewer => StableKeys.Event(StableKeys.Viewer($"v{viewer}"), 0, "e1"))
            .Concat([StableKeys.Event(Guid.Empty, 1, "e1"), StableKeys.Event(Guid.Empty, 2, "e1"), StableKeys.Event(Guid.Empty, 1, "e2")]);
        Assert.Equal(43, keys.Distinct().Count());
        Assert.Equal(StableKeys.Event(Guid.Empty, 1, "é"), StableKeys.Event(Guid.Empty, 1, "é"));
    }

    [Fact]
    public void Records_of_the_first_version_keep_the_meaning_they_were_learned_with()
    {
        var sums = new Sums();
        sums.FoldFirst([Say("click"), Say("click"), Say("impression"), Say("impression")]);
        Assert.Equal((2, 2 * 32_767), sums.Item());
        sums.Fold([Say("click"), Say("like")]);
        Assert.Equal((2, (2 * 32_767) + 6_553), sums.Item());
    }

    static RewardTable Table(params (string Type, double Value, double FullAt)[] rules) =>
        new(rules.Select(rule => KeyValuePair.Create(rule.Type, new RewardRule(rule.Value, rule.FullAt))));

    static LoggedEvent Say(string type, double value = 0, ulong nonce = 1, UInt128 key = default, RewardTable? rewards = null)
    {
        rewards ??= Rewards;
        _ = rewards.TryValue(type, value, out var reward);
        return new()
        {
            Type = type.StartsWith("custom:", StringComparison.Ordinal) ? EventType.Custom : Enum.Parse<EventType>(type, ignoreCase: true),
            At = Start,
            Viewer = Guid.Empty,
            Key = key,
            Reward = reward,
            Base = rewards.Base,
            Signal = RewardTable.SignalOf(type),
            Value = (float)value,
            Position = 0,
            Decision = new Decision
            {
                Nonce = nonce,
                At = Start,
                Policy = 1,
                Graph = 1,
                Clusters = [new ClusterWeight(3, Weight)],
                Items = [new DecidedItem(5, 1_000, 0.5f, 1)],
            },
        };
    }

    /// <summary>The sums of one item and one edge over what was folded.</summary>
    sealed class Sums
    {
        readonly ReplayedStatistics _statistics = new();
        long _offset;

        public Sums()
        {
            Array.Fill(_statistics.EdgesTake, true);
            Array.Fill(_statistics.ItemsTake, true);
        }

        public LogFold Log { get; } = new(0, LogWindow.DecisionAge);

        public void Fold(LoggedEvent[] events, int hours = 0) => Fold(events, hours, _statistics, isFirst: false);

        public void FoldFirst(LoggedEvent[] events) => Fold(events, 0, _statistics, isFirst: true);

        public void Remember(LoggedEvent[] events) => Fold(events, 0, null, isFirst: false);

        public ItemEntry Entry() => _statistics.Items.GetValueOrDefault(5);

        public (long Shown, long Earned) Item() => (Entry().Impressions, Entry().Reward);

        public (long Precision, long Reward) Edge() =>
            _statistics.Edges.GetValueOrDefault((3, 5)) is var edge ? (edge.Precision, edge.Reward) : default;

        void Fold(LoggedEvent[] events, int hours, IFoldSink? sink, bool isFirst)
        {
            var records = new ArrayBufferWriter<byte>();
            foreach (var logged in events)
            {
                var one = new ArrayBufferWriter<byte>();
                FeedbackWriter.Write(logged, one);
                records.Write(isFirst ? OfFirstVersion(one.WrittenSpan) : one.WrittenSpan);
            }

            Log.Fold(new LogBatch(++_offset, Start.AddHours(hours), events.Length, records.WrittenMemory), sink);
        }

        static byte[] OfFirstVersion(ReadOnlySpan<byte> record)
        {
            byte[] first = [.. record[..FeedbackWriter.FirstHeadBytes], .. record[FeedbackWriter.HeadBytes..]];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(first, (ushort)(first.Length - sizeof(ushort)));
            first[2] = 1;
            return first;
        }
    }
}
