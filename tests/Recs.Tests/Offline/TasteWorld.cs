using Recs.Matching.Numerics;
using Recs.Offline;
using Recs.Offline.Joins;

namespace Recs.Tests.Offline;

/// <summary>Viewers with one favourite group each, items of one group each, some items more popular than others.</summary>
sealed class TasteWorld
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public required int Groups { get; init; }

    public required List<RetrainItem> Items { get; init; }

    public List<(Guid Viewer, int Row, float Reward)> Training { get; } = [];

    public List<(Guid Viewer, int Row)> HeldOut { get; } = [];

    public static Guid Viewer(int number) => new(number + 1, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8);

    /// <summary>Every item may be met by anybody; eight of ten rewards come from the viewer's own group.</summary>
    public static TasteWorld Create(
        int viewers, int items, int groups, int perViewer, ulong seed, bool hasContent = true, bool hasUnrewarded = false)
    {
        var rng = new Rng(seed);
        var world = new TasteWorld
        {
            Groups = groups,
            Items = [.. Enumerable.Range(0, items).Select(row => Item(row, groups, hasContent))],
        };
        for (var viewer = 0; viewer < viewers; viewer++)
        {
            for (var meeting = 0; meeting < perViewer; meeting++)
            {
                var own = rng.NextDouble() < 0.8;
                var row = own
                    ? Math.Min(items - 1, (Popular(items / groups, ref rng) * groups) + (viewer % groups))
                    : Popular(items, ref rng);
                if (meeting >= perViewer - 2)
                {
                    world.HeldOut.Add((Viewer(viewer), row));
                }
                else
                {
                    world.Training.Add((Viewer(viewer), row, 1));
                }

                if (hasUnrewarded)
                {
                    world.Training.Add((Viewer(viewer), Popular(items, ref rng), 0));
                    world.Training.Add((Viewer(viewer), Popular(items, ref rng), 0));
                }
            }
        }

        return world;
    }

    public RetrainInput Input(Recs.Schema.Models.ModelFile? previous = null) => new(Items, Joined(), previous);

    public Interactions Joined()
    {
        var interactions = new Interactions();
        foreach (var (viewer, row, reward) in Training)
        {
            interactions.Add(viewer, row, reward);
        }

        return interactions;
    }

    static RetrainItem Item(int row, int groups, bool hasContent) =>
        new(row, $"item-{row}", Now.AddDays(-1 - (row % 60)))
        {
            Categories = hasContent ? [$"group-{row % groups}"] : [],
            Creator = hasContent ? $"creator-{row % (groups * 5)}" : null,
        };

    static int Popular(int count, ref Rng rng) => (int)(count * Math.Pow(rng.NextDouble(), 2));
}
