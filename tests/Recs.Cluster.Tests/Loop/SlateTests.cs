using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>What may stand in a slate.</summary>
public sealed class SlateTests(ServedSilo silo) : IClassFixture<ServedSilo>
{
    public static TheoryData<string> Policies =>
    [
        "diag-ucb", "diag-ts", "hier-ucb", "hier-ts", "epsilon-greedy", "ucb1", "beta-ts", "var-ts", "uniform", "popular", "lin-ucb", "hier-lin-ucb",
        "lin-ts", "squarecb", "fastcb", "neu-square-cb", "neu-fast-cb", "neural-ucb", "neural-ts", "neural-linear", "capped-igw", "cn-ucb", "cn-ts",
    ];

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Every_policy_gives_distinct_items_with_propensities(string policy)
    {
        var slate = await silo.Slate("slate-1", 20, policy: policy);
        Assert.Equal(policy, slate.Policy);
        Assert.Equal(20, slate.Items.Select(item => item.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 20), slate.Items.Select(item => item.Position));
        Assert.All(slate.Items, item => Assert.InRange(item.Propensity, float.Epsilon, 1));
        Assert.All(slate.Items, item => Assert.Equal(item.Score, item.Mean + item.Bonus, Math.Max(1e-6, Math.Abs(item.Score) * 1e-6)));
    }

    [Fact]
    public async Task Uniform_draws_each_of_the_candidates_left_alike()
    {
        var slate = await silo.Client.RecommendAsync(new RecommendRequest
        {
            Policy = "uniform",
            Candidates = [.. Enumerable.Range(0, 10).Select(ServedSilo.Id)],
            Count = 10,
        });
        Assert.Equal(
            Enumerable.Range(0, 10).Select(position => 1f / (10 - position)), slate.Items.Select(item => item.Propensity), Near);
    }

    [Fact]
    public async Task Categories_exclusions_and_candidates_are_kept_to_and_the_slate_is_filled_as_far_as_items_go()
    {
        var music = await silo.Slate("slate-2", 100, new RecommendFilter { Categories = ["music"], ExcludeItems = ["i3", "i7", "unknown"] });
        Assert.Equal((ServedSilo.Items / 4) - 2, music.Items.Count);
        Assert.All(music.Items, item => Assert.Equal("music", ServedSilo.CategoryOf(item.Id)));
        Assert.Empty((await silo.Slate("slate-2", 10, new RecommendFilter { Categories = ["no such category"] })).Items);

        var named = await silo.Client.RecommendAsync(new RecommendRequest { Candidates = ["i5", "i6", "i6", "unknown"], Count = 10 });
        Assert.Equal(["i5", "i6"], named.Items.Select(item => item.Id).Order());
        Assert.All(named.Items, item => Assert.Equal("candidates", item.Source));
    }

    [Fact]
    public async Task An_item_comes_and_goes_within_a_second()
    {
        var only = new RecommendRequest { Candidates = ["fresh"] };
        Assert.Empty((await silo.Client.RecommendAsync(only)).Items);
        var fresh = new ItemDocument { Id = "fresh", Categories = ["music"] };
        await silo.Client.UpsertItemsAsync([fresh]);
        await Within(TimeSpan.FromSeconds(1), async () => (await silo.Client.RecommendAsync(only)).Items.Count == 1);
        Assert.NotEmpty((await silo.Client.GetEdgesAsync("fresh"))!.Edges);

        await silo.Client.UpsertItemsAsync([fresh with { Available = false }]);
        await Within(TimeSpan.FromSeconds(1), async () => (await silo.Client.RecommendAsync(only)).Items.Count == 0);
        await silo.Client.UpsertItemsAsync([fresh]);
        await Within(TimeSpan.FromSeconds(1), async () => (await silo.Client.RecommendAsync(only)).Items.Count == 1);
        Assert.True(await silo.Client.DeleteItemAsync("fresh"));
        await Within(TimeSpan.FromSeconds(1), async () => (await silo.Client.RecommendAsync(only)).Items.Count == 0);
        Assert.Null(await silo.Client.GetItemAsync("fresh"));
    }

    [Fact]
    public async Task An_expired_item_is_not_shown()
    {
        await silo.Client.UpsertItemsAsync(
        [
            new ItemDocument { Id = "past", ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) },
            new ItemDocument { Id = "soon", ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(3) },
        ]);
        var only = new RecommendRequest { Candidates = ["past", "soon"] };
        await ServedSilo.Until(async () => (await silo.Client.RecommendAsync(only)).Items is [{ Id: "soon" }]);
        await ServedSilo.Until(async () => (await silo.Client.RecommendAsync(only)).Items.Count == 0);
    }

    [Fact]
    public async Task Slates_are_counted_by_policy_source_and_surface()
    {
        await silo.Client.RecommendAsync(new RecommendRequest { Surface = "home-row", Count = 3 });
        var stats = await silo.Client.GetStatsAsync();
        Assert.Equal(1, stats.Recommends.BySurface["home-row"]);
        Assert.True(stats.Recommends.BySource["bandit"] >= 3);
        Assert.True(stats.Recommends.Total > 0);
    }

    [Theory]
    [InlineData("/", "<title>")]
    [InlineData("/health/live", "")]
    [InlineData("/health/ready", "")]
    [InlineData("/metrics", "recs_recommends")]
    [InlineData("/openapi/v1.json", "/v1/recommend")]
    [InlineData("/dashboard/", "<html")]
    public async Task Operations_answer(string path, string contains)
    {
        await silo.Slate("slate-3");
        using var answer = await silo.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(contains, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Models_are_listed_and_an_unknown_one_is_not_promoted()
    {
        var models = (await silo.Client.GetModelsAsync()).Models;
        Assert.Equal((await silo.Client.GetStatsAsync()).GraphVersion, Assert.Single(models, model => model.Active).Version);
        Assert.False(await silo.Client.PromoteAsync("999"));
    }

    static bool Near(float expected, float actual) => Math.Abs(expected - actual) <= 1e-6f * expected;

    static async Task Within(TimeSpan time, Func<Task<bool>> isSo)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        await ServedSilo.Until(isSo);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < time);
    }
}
