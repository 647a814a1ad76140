using Recs.Cluster.Tests.Loop;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Propensities;

/// <summary>
/// A silo that has learned something of 30 items, nothing of 300 that are all alike and of six others; and five kinds of requests.
/// </summary>
public sealed class Shapes : ServedSilo
{
    const int Learned = 30;
    const int Alike = 300;
    const int Few = 6;
    const string Viewer = "viewer";

    static readonly Dictionary<string, string> Context = new(StringComparer.Ordinal) { ["device"] = "tv" };

    /// <summary>Names of the kinds.</summary>
    public static readonly string[] Names = ["plain", "tie", "candidates", "unseen", "positions"];

    /// <inheritdoc/>
    protected override string[] Settings =>
        ["--Recs:Neural:Enabled=true", "--Recs:Bandit:LinearArmsMax=512", "--Recs:Limits:RequestsPerSecond=1000000"];

    /// <inheritdoc/>
    protected override async Task Fill()
    {
        ItemDocument[] items =
        [
            .. Enumerable.Range(0, Learned).Select(n => Item($"learned{n}", "learned")),
            .. Enumerable.Range(0, Alike).Select(n => Item($"alike{n}", "alike")),
            .. Enumerable.Range(0, Few).Select(n => Item($"few{n}", "few")),
        ];
        Assert.Equal(items.Length, (await Client.UpsertItemsAsync(items)).Upserted);
        for (var round = 0; round < 40; round++)
        {
            var slate = await Client.RecommendAsync(new RecommendRequest
            {
                Context = Context,
                Count = 10,
                Policy = "uniform",
                Candidates = [.. Enumerable.Range(0, Learned).Select(n => $"learned{n}")],
            });
            await Learn(
            [
                new FeedbackEvent { Type = "impression", DecisionId = slate.DecisionId },
                .. slate.Items.Where(item => (item.Id.Length + item.Id[^1] + round) % 3 == 0)
                    .Select(item => new FeedbackEvent { Type = "click", DecisionId = slate.DecisionId, ItemId = item.Id }),
            ]);
        }

        await Learn([.. Enumerable.Range(0, 10).Select(n => new FeedbackEvent { Type = "click", UserId = Viewer, ItemId = $"learned{3 * n}" })]);
        await Until(async () => await Client.GetUserAsync(Viewer) is { History.Count: 10 });
    }

    /// <summary>The request of a kind.</summary>
    public static RecommendRequest Request(string shape, string policy) => shape switch
    {
        "plain" => new() { Policy = policy, Context = Context, Count = 1 },
        "tie" => new()
        {
            Policy = policy,
            Context = Context,
            Count = 1,
            Filter = new RecommendFilter { Categories = ["alike", "nothing"], ExcludeItems = ["alike0", "alike299"] },
        },
        "candidates" => new()
        {
            Policy = policy,
            Context = Context,
            Count = 4,
            Candidates = ["few0", "learned1", "learned2", "few3", "learned4", "unknown"],
        },
        "unseen" => new()
        {
            Policy = policy,
            UserId = Viewer,
            Context = Context,
            Count = 1,
            Filter = new RecommendFilter { Categories = ["learned"], ExcludeSeen = true },
        },
        "positions" => new()
        {
            Policy = policy,
            Context = Context,
            Count = 3,
            Filter = new RecommendFilter { Categories = ["few"] },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "No such kind."),
    };

    static ItemDocument Item(string id, string category) => new() { Id = id, Categories = [category] };
}
