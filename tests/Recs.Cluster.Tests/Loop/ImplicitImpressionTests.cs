using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>Callers that send rewards only.</summary>
public sealed class ImplicitImpressionTests(ImplicitImpressionTests.Silo silo) : IClassFixture<ImplicitImpressionTests.Silo>
{
    [Fact]
    public async Task The_first_reward_of_a_decision_tells_that_its_slate_was_shown()
    {
        var slate = await silo.Slate("implicit-1", 5);
        await silo.Learn(Clicked(slate, 2));
        var once = await Shown(slate);
        Assert.All(once, shown => Assert.True(shown > 0));
        await silo.Learn(Clicked(slate, 3));
        Assert.Equal(once, await Shown(slate));
    }

    static FeedbackEvent Clicked(RecommendResponse slate, int position) =>
        new() { Type = "click", DecisionId = slate.DecisionId, ItemId = slate.Items[position].Id };

    async Task<double[]> Shown(RecommendResponse slate)
    {
        var sums = new List<double>();
        foreach (var item in slate.Items)
        {
            sums.Add((await silo.Client.GetEdgesAsync(item.Id))!.Edges.Sum(edge => edge.D));
        }

        return [.. sums];
    }

    /// <summary>A silo that infers impressions.</summary>
    public sealed class Silo : ServedSilo
    {
        /// <inheritdoc/>
        protected override string[] Settings => ["--Recs:Feedback:ImplicitImpressions=true"];
    }
}
