using CsCheck;
using Recs.Offline.Joins;
using Xunit;

namespace Recs.Tests.Offline;

/// <summary>The join of meetings with a catalogue, against dictionaries.</summary>
public sealed class InteractionsTests
{
    static readonly Gen<(int Viewer, int Row, int Reward)[]> Meetings =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 12], Gen.Int[0, 4]).Array[0, 200];

    [Fact]
    public void Keeps_the_largest_reward_of_each_pair_that_is_in_the_catalogue() => Meetings.Sample(meetings =>
    {
        int[] rows = [1, 2, 3, 5, 8, 11];
        var interactions = new Interactions();
        foreach (var (viewer, row, reward) in meetings)
        {
            interactions.Add(TasteWorld.Viewer(viewer), row, reward / 4f);
        }

        var matrix = interactions.Build(rows, out var unknown);
        var viewers = meetings.Select(met => met.Viewer).Distinct().ToList();
        var expected = meetings.Where(met => rows.Contains(met.Row))
            .GroupBy(met => (Row: viewers.IndexOf(met.Viewer), Column: Array.IndexOf(rows, met.Row)))
            .OrderBy(pair => pair.Key)
            .Select(pair => (pair.Key.Row, pair.Key.Column, pair.Max(met => met.Reward) / 4f))
            .ToList();
        Assert.Equal(meetings.Count(met => !rows.Contains(met.Row)), unknown);
        Assert.Equal(expected, Entries(matrix));
        Assert.Equal(expected.Where(entry => entry.Item3 > 0), Entries(matrix.Rewarded()));
        Assert.Equal(
            expected.OrderBy(entry => (entry.Column, entry.Row)),
            Entries(matrix.Transpose()).Select(entry => (Row: entry.Column, Column: entry.Row, entry.Value)));
    });

    [Fact]
    public void Leaves_out_what_a_forgotten_viewer_met_before()
    {
        var interactions = new Interactions();
        interactions.Add(TasteWorld.Viewer(1), 1, 0.5f);
        interactions.Add(TasteWorld.Viewer(2), 2, 0.25f);
        interactions.Add(TasteWorld.Viewer(1), 9, 1);
        interactions.Forget(TasteWorld.Viewer(1));
        interactions.Forget(TasteWorld.Viewer(3));
        interactions.Add(TasteWorld.Viewer(1), 2, 0.75f);
        Assert.Equal([(1, 1, 0.25f), (2, 1, 0.75f)], Entries(interactions.Build([1, 2], out var unknown)));
        Assert.Equal((0, 3), (unknown, interactions.Viewers));
    }

    [Fact]
    public void Leaves_anonymous_viewers_out_and_counts_them()
    {
        var interactions = new Interactions();
        interactions.Add(Guid.Empty, 1, 1);
        Assert.Equal((0, 1L), (interactions.Count, interactions.Anonymous));
    }

    [Fact]
    public void Refuses_rewards_outside_zero_and_one()
    {
        var interactions = new Interactions();
        Assert.Throws<ArgumentOutOfRangeException>(() => interactions.Add(TasteWorld.Viewer(1), 1, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => interactions.Add(TasteWorld.Viewer(1), 1, 1.5f));
    }

    static List<(int Row, int Column, float Value)> Entries(PairMatrix matrix)
    {
        var entries = new List<(int, int, float)>();
        for (var row = 0; row < matrix.Rows; row++)
        {
            for (var i = matrix.Starts[row]; i < matrix.Starts[row + 1]; i++)
            {
                entries.Add((row, matrix.Columns[i], matrix.Values[i]));
            }
        }

        return entries;
    }
}
