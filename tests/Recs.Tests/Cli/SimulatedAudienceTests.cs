using Recs.Client.Simulation;
using Recs.Schema.Http;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class SimulatedAudienceTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly ItemDocument[] Catalogue = SimulatedCatalogue.Create(1, 500, 20, Now);
    static readonly Dictionary<string, ItemDocument> ById = Catalogue.ToDictionary(item => item.Id, StringComparer.Ordinal);

    [Fact]
    public void The_same_seed_is_the_same_world_whatever_was_asked_before()
    {
        var (one, other) = (new SimulatedAudience(7), new SimulatedAudience(7));
        var forward = Catalogue.Select(item => one.Probability(3, item)).ToArray();
        var backward = Catalogue.Reverse().Select(item => other.Probability(3, item)).Reverse().ToArray();
        Assert.Equal(forward, backward);
        Assert.Equal(one.Viewer(3).Taste, other.Viewer(3).Taste);
        Assert.Equal("sim-7-3", one.Viewer(3).Id);
    }

    [Fact]
    public void The_numbers_of_a_world_never_change()
    {
        // Figures in the README and seeds in bug reports mean this world.
        var chance = new SplitMix64(42);
        Assert.Equal(13679457532755275413, chance.NextUInt64());
        var item = new ItemDocument { Id = "v1", Categories = ["music"], Creator = "ann" };
        Assert.Equal(0.018294386353, new SimulatedAudience(1).Probability(0, item), 12);
    }

    [Fact]
    public void Another_seed_is_another_world()
    {
        var (one, other) = (new SimulatedAudience(7), new SimulatedAudience(8));
        Assert.All(Catalogue, item => Assert.NotEqual(one.Probability(3, item), other.Probability(3, item)));
    }

    [Fact]
    public void Probabilities_leave_room_to_learn()
    {
        var audience = new SimulatedAudience(7);
        var all = Enumerable.Range(0, 200).SelectMany(viewer => Catalogue.Select(item => audience.Probability(viewer, item))).ToArray();
        Assert.All(all, probability => Assert.InRange(probability, 0, 1));
        Assert.InRange(all.Average(), 0.05, 0.2);
        var best = Enumerable.Range(0, 200).Average(viewer => audience.BestExpectedClicks(viewer, Catalogue, 10));
        Assert.InRange(best / 10, 0.45, 0.9);
    }

    [Fact]
    public void The_best_slate_is_what_a_full_sort_finds()
    {
        var audience = new SimulatedAudience(7);
        var expected = Catalogue.Select(item => audience.Probability(5, item)).OrderDescending().Take(10).Sum();
        Assert.Equal(expected, audience.BestExpectedClicks(5, Catalogue, 10), 9);
    }

    [Fact]
    public void Clicks_come_as_often_as_their_probability_says()
    {
        const int Steps = 2000;
        var audience = new SimulatedAudience(7);
        var shown = Catalogue.Take(5).ToArray();
        var slate = SlateOf("d", shown);
        var clicks = Enumerable.Range(0, Steps)
            .SelectMany(step => audience.React(1, step, slate, ById, Now))
            .Count(sent => sent.Type is "click");
        var expected = Steps * audience.ExpectedClicks(1, shown);
        Assert.InRange(clicks, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
    }

    [Fact]
    public void A_visit_is_an_impression_of_the_slate_and_what_follows_a_click()
    {
        var audience = new SimulatedAudience(7);
        var slate = SlateOf("token", Catalogue);
        var events = audience.React(1, 0, slate, ById, Now);
        Assert.Equal(("impression", null), (events[0].Type, events[0].ItemId));
        var clicked = events.Where(sent => sent.Type is "click").Select(sent => sent.ItemId).ToArray();
        Assert.NotEmpty(clicked);
        var watched = events.Where(sent => sent.Type is "watch").Select(sent => sent.ItemId);
        Assert.Equal(clicked, watched, StringComparer.Ordinal);
        Assert.All(events.Where(sent => sent.Type is "like"), sent => Assert.Contains(sent.ItemId, clicked, StringComparer.Ordinal));
        Assert.All(events.Where(sent => sent.Type is "watch"), sent => Assert.InRange(sent.Value!.Value, 0, SimulatedAudience.WatchSecondsMax));
        Assert.Equal(events.Length, events.DistinctBy(sent => sent.EventId, StringComparer.Ordinal).Count());
        Assert.Equal(events, new SimulatedAudience(7).React(1, 0, slate, ById, Now));
        Assert.Empty(audience.React(1, 0, SlateOf("none", []), ById, Now));
    }

    static RecommendResponse SlateOf(string decision, IReadOnlyList<ItemDocument> items) => new(
        decision, "p", "1", [.. items.Select((item, position) => new RecommendedItem(item.Id, position, 0, 0, 0, 1, "bandit"))]);
}
