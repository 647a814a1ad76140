using System.Globalization;
using Recs.Client.Simulation;
using Recs.Schema.Http;

namespace Recs.Silo.Demo;

/// <summary>
/// The sample catalogue: an endless numbered list of items of 24 categories by 200 creators. Item k is the same whenever
/// it is asked for. How good an item is, and to whom, is the audience's secret (<see cref="SimulatedAudience"/>).
/// </summary>
/// <param name="seed">Seed of every item and creator.</param>
sealed class DemoCatalogue(ulong seed)
{
    const int Creators = 200;
    const int CreatorTopicsMax = 3;
    const double SecondTopicShare = 0.3;
    const double AgeDaysMax = 60;
    /// <summary>Begins the id of every item of the demonstration.</summary>
    public const string IdPrefix = "demo-";

    static readonly string[] Languages = ["en", "en", "en", "de", "es", "fr", "uk"];
    static readonly string[] FirstWords = ["North", "Paper", "Quiet", "Tin", "Harbour", "Second", "Low", "Amber", "Field", "Odd"];
    static readonly string[] LastWords = ["Lantern", "Workshop", "Radio", "Studio", "Notes", "Collective", "Room", "Press", "Owl", "Signal"];

    readonly DemoCreator[] _creators = [.. Enumerable.Range(0, Creators).Select(index => CreatorAt(seed, index))];

    /// <summary>The first <paramref name="count"/> items, as made over the 60 days before <paramref name="now"/>.</summary>
    public IEnumerable<ItemDocument> First(int count, DateTimeOffset now) =>
        Enumerable.Range(0, count).Select(index =>
            ItemAt(index, now - TimeSpan.FromDays(AgeDaysMax * SplitMix64.For(seed, $"demo-age:{index}").NextDouble())));

    /// <summary>Item <paramref name="index"/>.</summary>
    /// <param name="index">0 or more.</param>
    /// <param name="createdAt">When it came into being.</param>
    public ItemDocument ItemAt(int index, DateTimeOffset createdAt)
    {
        var chance = SplitMix64.For(seed, $"demo-item:{index}");

        // The square makes a few creators busy and most of them rare.
        var creator = _creators[(int)(Creators * Math.Pow(chance.NextDouble(), 2))];
        var topic = DemoTopics.All[creator.Topics[chance.NextInt32(creator.Topics.Length)]];
        var second = DemoTopics.All[chance.NextInt32(DemoTopics.All.Count)];
        var hasSecond = chance.NextDouble() < SecondTopicShare && second != topic;
        var (length, minutes) = LengthOf(ref chance);
        return new ItemDocument
        {
            Id = IdPrefix + index.ToString("D5", CultureInfo.InvariantCulture),
            CreatedAt = createdAt,
            Categories = hasSecond ? [topic.Name, second.Name] : [topic.Name],
            Creator = creator.Name,
            Attributes = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["title"] = TitleOf(topic, ref chance),
                ["length"] = length,
                ["minutes"] = minutes.ToString(CultureInfo.InvariantCulture),
                ["language"] = Languages[chance.NextInt32(Languages.Length)],
            },
        };
    }

    /// <summary>The number of an item of this catalogue, from its id; -1 for an item of another one.</summary>
    public static int IndexOf(string id) =>
        id.StartsWith(IdPrefix, StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : -1;

    static (string Length, int Minutes) LengthOf(ref SplitMix64 chance) => chance.NextInt32(3) switch
    {
        0 => ("short", 1 + chance.NextInt32(4)),
        1 => ("medium", 5 + chance.NextInt32(15)),
        _ => ("long", 20 + chance.NextInt32(70)),
    };

    static string TitleOf(DemoTopic topic, ref SplitMix64 chance)
    {
        var subject = topic.Subjects[chance.NextInt32(topic.Subjects.Count)];
        var turn = topic.Turns[chance.NextInt32(topic.Turns.Count)];
        return chance.NextInt32(6) switch
        {
            0 => $"{subject}, part {2 + chance.NextInt32(7)}",
            1 => $"{subject} {turn}: the long answer",
            _ => $"{subject} {turn}",
        };
    }

    static DemoCreator CreatorAt(ulong seed, int index)
    {
        var chance = SplitMix64.For(seed, $"demo-creator:{index}");
        var topics = new int[1 + chance.NextInt32(CreatorTopicsMax)];
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = chance.NextInt32(DemoTopics.All.Count);
        }

        var words = $"{FirstWords[index / LastWords.Length % FirstWords.Length]} {LastWords[index % LastWords.Length]}";
        return new DemoCreator(index < FirstWords.Length * LastWords.Length ? words : words + " II", topics);
    }
}
