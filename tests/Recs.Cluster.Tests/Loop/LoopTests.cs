using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>What feedback does, from the slate to the next slate.</summary>
public sealed class LoopTests(ServedSilo silo) : IClassFixture<ServedSilo>
{
    /// <summary>Five of the intervals at which the rig's silos synchronise embeddings.</summary>
    static readonly TimeSpan SyncsAwaited = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_shown_slate_and_a_click_change_the_edges_that_nominated()
    {
        var slate = await silo.Slate("loop-1");
        var clicked = slate.Items[3].Id;
        var decision = (await silo.Client.GetDecisionAsync(slate.DecisionId))!;
        Assert.Equal(slate.Items.Select(item => item.Id), decision.Items.Select(item => item.Id));
        Assert.Equal(slate.Items.Select(item => (double)item.Propensity), decision.Items.Select(item => item.Propensity));

        var before = await Statistics(slate);
        await silo.Learn(Shown(slate), Clicked(slate, clicked));
        var after = await Statistics(slate);
        foreach (var item in decision.Items)
        {
            Assert.NotEmpty(item.Clusters);
            foreach (var cluster in item.Clusters)
            {
                var (was, now) = (before[(item.Id!, cluster)], after[(item.Id!, cluster)]);
                Assert.True(now.D > was.D, "an impression adds w² to every edge that was matched");
                Assert.Equal(item.Id == clicked, now.B > was.B);
            }
        }
    }

    [Fact]
    public async Task A_repeated_event_counts_once()
    {
        var slate = await silo.Slate("loop-2");
        await silo.Learn(Shown(slate) with { EventId = "e-shown" }, Clicked(slate, slate.Items[0].Id) with { EventId = "e-click" });
        var once = await Statistics(slate);
        await silo.Learn(Shown(slate) with { EventId = "e-shown" }, Clicked(slate, slate.Items[0].Id) with { EventId = "e-click" });
        Assert.Equal(once, await Statistics(slate));
    }

    [Fact]
    public async Task What_a_viewer_has_seen_is_not_shown_again_unless_asked()
    {
        var slate = await silo.Slate("loop-3", 5);
        await silo.Learn([.. slate.Items.Select(item => Clicked(slate, item.Id))]);
        var seen = slate.Items.Select(item => item.Id).ToHashSet();
        var next = await silo.Slate("loop-3", 100);
        Assert.DoesNotContain(next.Items, item => seen.Contains(item.Id));
        var all = await silo.Client.RecommendAsync(new RecommendRequest
        {
            UserId = "loop-3",
            Candidates = [.. seen],
            Filter = new RecommendFilter { ExcludeSeen = false },
        });
        Assert.Equal(seen, all.Items.Select(item => item.Id).ToHashSet());
    }

    [Fact]
    public async Task History_without_a_decision_is_seen_too_and_is_forgotten_with_the_viewer()
    {
        await silo.Learn(new FeedbackEvent { Type = "like", UserId = "loop-4", ItemId = "i7" });
        var only = new RecommendRequest { UserId = "loop-4", Candidates = ["i7", "i8"] };
        await ServedSilo.Until(async () => (await silo.Client.RecommendAsync(only)).Items is [{ Id: "i8" }]);
        Assert.Equal("i7", Assert.Single((await silo.Client.GetUserAsync("loop-4"))!.History).ItemId);
        Assert.True(await silo.Client.DeleteUserAsync("loop-4"));
        Assert.Null(await silo.Client.GetUserAsync("loop-4"));
        Assert.Equal(2, (await silo.Client.RecommendAsync(only)).Items.Count);

        // What was on its way then does not bring the history back.
        await silo.Learn(new FeedbackEvent { Type = "like", UserId = "loop-4", ItemId = "i7" });
        _ = await silo.Client.SendEventsAsync([new FeedbackEvent { Type = "like", UserId = "loop-4", ItemId = "i9" }]);
        Assert.True(await silo.Client.DeleteUserAsync("loop-4"));
        await ServedSilo.Until(async () => await silo.Client.GetStatsAsync() is { Events: { Pending: 0 } });
        Assert.Null(await silo.Client.GetUserAsync("loop-4"));
    }

    [Fact]
    public async Task A_forged_token_is_set_aside_and_the_batch_goes_on()
    {
        var slate = await silo.Slate("loop-5");
        var forged = slate.DecisionId[..^2] + (slate.DecisionId[^2] == 'A' ? "BA" : "AA");
        var answer = await silo.Client.SendEventsAsync([Shown(slate) with { DecisionId = forged }, Shown(slate)]);
        var rejection = Assert.Single(answer.Rejected);
        Assert.Equal((1, 0, "unknown-decision"), (answer.Accepted, rejection.Index, rejection.Code));
    }

    [Fact]
    public async Task A_restart_changes_nothing_that_was_learned()
    {
        var slate = await silo.Slate("loop-6");
        await silo.Learn(Shown(slate), Clicked(slate, slate.Items[1].Id));
        var before = await Statistics(slate);
        await silo.Restart();
        Assert.Equal(before, await Statistics(slate));
        Assert.DoesNotContain(slate.Items[1].Id, (await silo.Slate("loop-6", 100)).Items.Select(item => item.Id));
        await silo.Learn(Clicked(slate, slate.Items[2].Id));
        Assert.NotEqual(before, await Statistics(slate));
    }

    [Theory]
    [InlineData("lin-ucb")]
    [InlineData("hier-lin-ucb")]
    public async Task Linear_policies_learn_per_arm_and_remember(string policy)
    {
        var only = new RecommendRequest { Candidates = [ServedSilo.Id(100), ServedSilo.Id(101)], Policy = policy, UserId = "loop-7-" + policy };
        for (var i = 0; i < 8; i++)
        {
            var slate = await silo.Client.RecommendAsync(only);
            await silo.Learn(Shown(slate), Clicked(slate, ServedSilo.Id(100)));
            only = only with { UserId = $"loop-7-{policy}-{i}" };
        }

        var learned = await Means(only);
        Assert.True(learned[ServedSilo.Id(100)] > learned[ServedSilo.Id(101)] + 0.03, $"{learned[ServedSilo.Id(100)]} and {learned[ServedSilo.Id(101)]}");
        await silo.Restart();
        var remembered = await Means(only);
        Assert.InRange(remembered[ServedSilo.Id(100)] / learned[ServedSilo.Id(100)], 0.5, 2);
    }

    [Fact]
    public async Task The_neural_policies_learn_within_the_interval_and_remember()
    {
        // The model that the loaded catalogue is trained to gives the viewer another context: it is to serve before what is compared.
        await ServedSilo.Until(async () => (await silo.Client.GetStatsAsync()).GraphVersion != "1", TimeSpan.FromMinutes(1));
        var (liked, other) = (ServedSilo.Id(110), ServedSilo.Id(111));
        var only = new RecommendRequest { Candidates = [liked, other], Policy = "neural-ucb", UserId = "loop-8", Filter = new() { ExcludeSeen = false } };
        for (var i = 0; i < 40; i++)
        {
            var slate = await silo.Client.RecommendAsync(only);
            await silo.Learn(Shown(slate), Clicked(slate, liked));
        }

        var learned = 0d;
        await ServedSilo.Until(async () =>
        {
            // Learned, and at rest: blocks of examples may be on their way still.
            var before = learned;
            await Task.Delay(SyncsAwaited);
            learned = await Gap(only, liked, other);
            return learned > 0.1 && Math.Abs(learned - before) < 5e-3;
        });
        await silo.Restart();
        await ServedSilo.Until(async () => Math.Abs(await Gap(only, liked, other) - learned) < 0.02);
    }

    [Fact]
    public async Task Var_ts_learns_which_item_is_watched_longer_and_remembers()
    {
        const int Slates = 24;
        // Two items that no other test's slates have shown: what is compared is exact.
        var (longer, shorter) = (ServedSilo.Id(ServedSilo.Items), ServedSilo.Id(ServedSilo.Items + 1));
        _ = await silo.Client.UpsertItemsAsync([new ItemDocument { Id = longer }, new ItemDocument { Id = shorter }]);
        var only = new RecommendRequest { Candidates = [longer, shorter], Policy = "var-ts", UserId = "loop-9", Filter = new() { ExcludeSeen = false } };
        for (var i = 0; i < Slates; i++)
        {
            // A click is a reward, but nothing that is watched.
            var slate = await silo.Client.RecommendAsync(only);
            await silo.Learn(Shown(slate), Watched(slate, longer, 45), Watched(slate, shorter, 6), Clicked(slate, shorter));
        }

        await silo.Learn(Shown(await silo.Client.RecommendAsync(only)));
        await RequireLearned();
        Assert.InRange((await silo.Client.GetStatsAsync()).Policies["var-ts"].Impressions, 2 * (Slates + 1), int.MaxValue);

        await silo.Restart();
        await RequireLearned();

        // 0.3 for a minute, after one slate that nobody watched: the mean is (1 + Σx)/(2 + n).
        async Task RequireLearned()
        {
            await ServedSilo.Until(async () => await Means(only, only.UserId) is { Count: 2 } means
                && Math.Abs(means[longer] - ((1 + (Slates * 0.225)) / (3 + Slates))) < 1e-3
                && Math.Abs(means[shorter] - ((1 + (Slates * 0.03)) / (3 + Slates))) < 1e-3);
            var first = (await silo.Client.RecommendAsync(only)).Items[0];
            Assert.Equal(longer, first.Id);
            Assert.InRange(first.Propensity, 0.999f, 1);
        }
    }

    async Task<double> Gap(RecommendRequest request, string liked, string other)
    {
        var means = await Means(request, request.UserId);
        return means[liked] - means[other];
    }

    static FeedbackEvent Shown(RecommendResponse slate) => new() { Type = "impression", DecisionId = slate.DecisionId };

    static FeedbackEvent Clicked(RecommendResponse slate, string item) =>
        new() { Type = "click", DecisionId = slate.DecisionId, ItemId = item };

    static FeedbackEvent Watched(RecommendResponse slate, string item, double seconds) =>
        new() { Type = "watch", DecisionId = slate.DecisionId, ItemId = item, Value = seconds };

    /// <summary>Averages over viewers, because an unknown one is given clusters at random.</summary>
    async Task<Dictionary<string, double>> Means(RecommendRequest request, string? user = null)
    {
        var means = new Dictionary<string, double>();
        const int Asked = 50;
        for (var i = 0; i < Asked; i++)
        {
            foreach (var item in (await silo.Client.RecommendAsync(request with { UserId = user })).Items)
            {
                means[item.Id] = means.GetValueOrDefault(item.Id) + (item.Mean / Asked);
            }
        }

        return means;
    }

    async Task<Dictionary<(string Item, int Cluster), (double D, double B)>> Statistics(RecommendResponse slate)
    {
        var statistics = new Dictionary<(string, int), (double, double)>();
        foreach (var item in slate.Items)
        {
            foreach (var edge in (await silo.Client.GetEdgesAsync(item.Id))!.Edges)
            {
                statistics.Add((item.Id, edge.Cluster), (edge.D, edge.B));
            }
        }

        return statistics;
    }
}
