using System.Buffers.Text;
using System.Diagnostics;

using Recs.Cluster.Tests.Loop;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>What happens on one silo is known on the others.</summary>
[Collection(typeof(WholeMachine))]
public sealed class ReplicationTests(ThreeSilos silos, ITestOutputHelper output) : IClassFixture<ThreeSilos>
{
    [Fact]
    public async Task An_item_put_on_one_silo_is_recommended_by_the_others()
    {
        _ = await silos.ClientOf(1).UpsertItemsAsync([new ItemDocument { Id = "late", Categories = ["late"] }]);
        foreach (var silo in (int[])[0, 1, 2])
        {
            await ServedSilo.Until(async () => (await Slate(silo, "late")).Items is [{ Id: "late" }]);
        }

        Assert.True(await silos.ClientOf(2).DeleteItemAsync("late"));
        foreach (var silo in (int[])[0, 1, 2])
        {
            await ServedSilo.Until(async () => (await Slate(silo, "late")).Items.Count == 0);
        }
    }

    [Fact]
    public async Task A_token_of_one_silo_is_learned_from_through_another_and_changes_the_scores_of_a_third()
    {
        var slate = await silos.ClientOf(0).RecommendAsync(new RecommendRequest { UserId = "v", Count = 5 });
        var item = slate.Items[0].Id;
        var before = await Score(2, item);
        var answer = await silos.ClientOf(1).SendEventsAsync(
        [
            new FeedbackEvent { Type = "impression", DecisionId = slate.DecisionId },
            new FeedbackEvent { Type = "click", DecisionId = slate.DecisionId, ItemId = item },
        ]);
        Assert.Equal(2, answer.Accepted);
        var acknowledged = Stopwatch.GetTimestamp();
        await ServedSilo.Until(async () => await Score(2, item) > before);
        output.WriteLine($"learned on another silo after {Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds:f0} ms");
        foreach (var silo in (int[])[0, 1, 2])
        {
            Assert.Equal(
                await silos.ClientOf(0).GetEdgesAsync(item) is { } edges ? edges.Edges.Sum(edge => edge.B) : 0,
                (await silos.ClientOf(silo).GetEdgesAsync(item))!.Edges.Sum(edge => edge.B));
        }
    }

    [Fact]
    public async Task A_key_rotated_on_one_silo_signs_and_verifies_on_all_and_a_revoked_one_is_refused_by_all_within_seconds()
    {
        var old = (await silos.ClientOf(0).RecommendAsync(new RecommendRequest { UserId = "k", Count = 1 })).DecisionId;
        using var rotated = await silos[1].Http.PostAsync(new Uri("/v1/keys/rotate", UriKind.Relative), null);
        Assert.True(rotated.IsSuccessStatusCode);
        foreach (var silo in (int[])[0, 1, 2])
        {
            var young = old;
            await ServedSilo.Until(
                async () =>
                {
                    young = (await silos.ClientOf(silo).RecommendAsync(new RecommendRequest { UserId = "k", Count = 1 })).DecisionId;
                    return KeyOf(young) != KeyOf(old);
                },
                TimeSpan.FromSeconds(20));
            foreach (var other in (int[])[0, 1, 2])
            {
                Assert.Equal((1, 1), (await Shown(other, young), await Shown(other, old)));
            }
        }

        using var revoked = await silos[2].Http.DeleteAsync(new Uri($"/v1/keys/{KeyOf(old)}", UriKind.Relative));
        Assert.True(revoked.IsSuccessStatusCode);
        var since = Stopwatch.GetTimestamp();
        Assert.Equal(0, await Shown(2, old));
        foreach (var silo in (int[])[0, 1])
        {
            await ServedSilo.Until(async () => await Shown(silo, old) == 0);
        }

        output.WriteLine($"refused by all after {Stopwatch.GetElapsedTime(since).TotalSeconds:f1} s");
    }

    async Task<int> Shown(int silo, string token) =>
        (await silos.ClientOf(silo).SendEventsAsync([new FeedbackEvent { Type = "impression", DecisionId = token }])).Accepted;

    static int KeyOf(string token) => Base64Url.DecodeFromChars(token)[1];

    [Fact]
    public async Task A_viewer_is_the_same_on_every_silo()
    {
        _ = await silos.ClientOf(0).UpsertUsersAsync([new UserDocument { Id = "known", Attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["city"] = "Oslo" } }]);
        _ = await silos.ClientOf(1).SendEventsAsync([new FeedbackEvent { Type = "click", UserId = "known", ItemId = "i7" }]);
        foreach (var silo in (int[])[0, 1, 2])
        {
            await ServedSilo.Until(async () => await silos.ClientOf(silo).GetUserAsync("known") is { History: [{ ItemId: "i7" }] } user
                && user.Attributes?["city"] == "Oslo");
        }
    }

    Task<RecommendResponse> Slate(int silo, string category) => silos.ClientOf(silo).RecommendAsync(
        new RecommendRequest { Count = 1, Filter = new RecommendFilter { Categories = [category] } });

    async Task<float> Score(int silo, string item) => (await silos.ClientOf(silo).RecommendAsync(
        new RecommendRequest { UserId = "v", Count = 1, Candidates = [item], Filter = new RecommendFilter { ExcludeSeen = false } })).Items[0].Mean;
}
