using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

using Recs.Schema.Http;

namespace Recs.Client.Simulation;

/// <summary>
/// A world with a hidden truth: viewers have tastes, items have a character and a quality, and both decide how likely a
/// viewer is to click an item that was shown.
/// </summary>
/// <remarks>
/// Everything is a function of the seed, the viewer's number and the item's id, categories and creator, so any two
/// processes that share the seed share the truth, and nothing needs to be stored.
/// <para>Character of an item: z = unit(mean of its categories' directions + 0.6·its creator's + 0.5·its own), all
/// hidden and random. Taste of a viewer: t = unit(group's direction + 0.5·own). Probability of a click:
/// σ(<see cref="Bias"/> + <see cref="Gain"/>·⟨t, z⟩ + <see cref="QualitySpread"/>·q), q standard normal per item. About
/// one item in ten is clicked by a viewer who is shown random items.</para>
/// <para>Where tastes are not linear, every viewer has a second taste s, made like the first, and ½⟨t, z⟩ +
/// <see cref="Interaction"/>·⟨t, z⟩⟨s, z⟩ stands for ⟨t, z⟩: a viewer likes what fits both tastes or neither, which no sum
/// over an item's features tells.</para>
/// <para>What is derived once is kept, so memory grows with the items and viewers asked for. An item keeps the character
/// of the first document seen under its id. Safe for any number of threads.</para>
/// </remarks>
/// <param name="seed">The world.</param>
/// <param name="isNonlinear">Whether tastes are not linear.</param>
public sealed class SimulatedAudience(ulong seed, bool isNonlinear = false)
{
    /// <summary>Dimensions of tastes and characters.</summary>
    public const int Dimensions = 8;

    /// <summary>Hidden groups of like-minded viewers.</summary>
    public const int Groups = 12;

    /// <summary>Log-odds of a click for an average item that the viewer neither likes nor dislikes.</summary>
    public const double Bias = -2.8;

    /// <summary>Log-odds that a full match of taste and character adds.</summary>
    public const double Gain = 3.5;

    /// <summary>Standard deviation of an item's quality, in log-odds.</summary>
    public const double QualitySpread = 0.7;

    /// <summary>What both tastes together weigh where tastes are not linear.</summary>
    public const double Interaction = 4;

    /// <summary>Seconds that the longest watch lasts.</summary>
    public const double WatchSecondsMax = 60;

    const double CreatorShare = 0.6;
    const double OwnShare = 0.5;

    static readonly string[] Devices = ["phone", "tv", "laptop"];

    readonly ConcurrentDictionary<string, double[]> _directions = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, (double[] Character, double Quality)> _items = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<int, SimulatedViewer> _viewers = new();

    /// <summary>The world's seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The viewer of a number.</summary>
    /// <param name="viewer">0 or more; there is no upper end.</param>
    public SimulatedViewer Viewer(int viewer) => _viewers.GetOrAdd(viewer, Born);

    /// <summary>How likely a viewer is to click an item that is shown, in (0, 1). O(1) once both are known.</summary>
    public double Probability(int viewer, ItemDocument item)
    {
        var taste = (double[])Viewer(viewer).Taste;
        var (character, quality) = _items.GetOrAdd(item.Id, static (_, made) => made.World.Made(made.Item), (World: this, Item: item));
        var match = Product(taste, character);
        if (isNonlinear)
        {
            match = (0.5 * match) + (Interaction * match * Product((double[])Viewer(viewer).SecondTaste, character));
        }

        return 1 / (1 + Math.Exp(-(Bias + (Gain * match) + (QualitySpread * quality))));
    }

    /// <summary>The expected clicks of a slate of items: the sum of their probabilities.</summary>
    public double ExpectedClicks(int viewer, IEnumerable<ItemDocument> slate) => slate.Sum(item => Probability(viewer, item));

    /// <summary>The most clicks that any slate of a size could expect: what an oracle would earn.</summary>
    /// <param name="viewer">The viewer's number.</param>
    /// <param name="items">What could be shown.</param>
    /// <param name="count">Items in a slate.</param>
    /// <remarks>O(items · log count).</remarks>
    public double BestExpectedClicks(int viewer, IEnumerable<ItemDocument> items, int count)
    {
        var best = new PriorityQueue<double, double>(count + 1);
        foreach (var item in items)
        {
            var probability = Probability(viewer, item);
            best.Enqueue(probability, probability);
            if (best.Count > count)
            {
                best.Dequeue();
            }
        }

        return best.UnorderedItems.Sum(kept => kept.Element);
    }

    /// <summary>
    /// What a viewer does with a slate: one impression of the whole slate, and for every item that is clicked a click, a
    /// watch and sometimes a like.
    /// </summary>
    /// <param name="viewer">The viewer's number.</param>
    /// <param name="step">Which visit this is: the same viewer, step and item always end the same way.</param>
    /// <param name="slate">What the service recommended.</param>
    /// <param name="catalogue">Items by id; an item of the slate that is missing here is not clicked.</param>
    /// <param name="at">The time all of it is stamped with; null leaves it to the server.</param>
    /// <returns>Events in the order of the contract. Ids derive from the decision, so sending twice counts once.</returns>
    public FeedbackEvent[] React(
        int viewer,
        long step,
        RecommendResponse slate,
        IReadOnlyDictionary<string, ItemDocument> catalogue,
        DateTimeOffset? at)
    {
        if (slate.Items.Count == 0)
        {
            return [];
        }

        var key = EventKey(slate.DecisionId);
        List<FeedbackEvent> events = [];
        events.Add(Event("impression", null, null));
        foreach (var shown in slate.Items)
        {
            if (!catalogue.TryGetValue(shown.Id, out var item))
            {
                continue;
            }

            var chance = SplitMix64.For(Seed, string.Create(CultureInfo.InvariantCulture, $"react:{viewer}:{step}:{item.Id}"));
            var probability = Probability(viewer, item);
            if (chance.NextDouble() >= probability)
            {
                continue;
            }

            events.Add(Event("click", item.Id, null));
            var seconds = WatchSecondsMax * Math.Sqrt(probability) * (0.25 + (0.75 * chance.NextDouble()));
            events.Add(Event("watch", item.Id, Math.Round(seconds, 1)));
            if (chance.NextDouble() < probability / 2)
            {
                events.Add(Event("like", item.Id, null));
            }
        }

        return [.. events];

        FeedbackEvent Event(string type, string? item, double? value) => new()
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"{key}-{events.Count}"),
            Type = type,
            DecisionId = slate.DecisionId,
            ItemId = item,
            Value = value,
            At = at,
        };
    }

    static string EventKey(string decisionId) =>
        Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(decisionId)));

    SimulatedViewer Born(int viewer)
    {
        var number = viewer.ToString(CultureInfo.InvariantCulture);
        var chance = SplitMix64.For(Seed, "viewer:" + number);
        var group = chance.NextInt32(Groups);
        var taste = Taste(ref chance, "group:", group);
        var id = string.Create(CultureInfo.InvariantCulture, $"sim-{Seed}-{viewer}");
        var device = Devices[chance.NextInt32(Devices.Length)];
        return new SimulatedViewer(viewer, id, group, taste, Taste(ref chance, "second-of-group:", group), device);
    }

    double[] Taste(ref SplitMix64 chance, string kind, int group)
    {
        var taste = new double[Dimensions];
        chance.NextDirection(taste);
        Add(taste, 0.5, Direction(kind + group.ToString(CultureInfo.InvariantCulture)), 1);
        Normalise(taste);
        return taste;
    }

    static double Product(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < Dimensions; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    (double[] Character, double Quality) Made(ItemDocument item)
    {
        var chance = SplitMix64.For(Seed, "item:" + item.Id);
        var character = new double[Dimensions];
        chance.NextDirection(character);
        var own = item.Categories is { Count: > 0 } || item.Creator is not null ? OwnShare : 1;
        Add(character, own, [], 0);
        if (item.Categories is { Count: > 0 } categories)
        {
            foreach (var category in categories)
            {
                Add(character, 1, Direction("category:" + category), 1.0 / categories.Count);
            }
        }

        if (item.Creator is { } creator)
        {
            Add(character, 1, Direction("creator:" + creator), CreatorShare);
        }

        Normalise(character);
        return (character, chance.NextGaussian());
    }

    double[] Direction(string name) => _directions.GetOrAdd(name, static (known, world) =>
    {
        var direction = new double[Dimensions];
        var chance = SplitMix64.For(world, known);
        chance.NextDirection(direction);
        return direction;
    }, Seed);

    static void Add(double[] vector, double scale, ReadOnlySpan<double> other, double share)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (vector[i] * scale) + (other.IsEmpty ? 0 : other[i] * share);
        }
    }

    static void Normalise(double[] vector)
    {
        var squares = 0.0;
        foreach (var value in vector)
        {
            squares += value * value;
        }

        var scale = 1 / Math.Sqrt(Math.Max(squares, double.Epsilon));
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] *= scale;
        }
    }
}
