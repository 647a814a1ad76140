using Recs.Offline.Evaluation.Tables;

using Xunit;

namespace Recs.Tests.Neural.Tables;

public sealed class TableStudyTests
{
    [Theory]
    [InlineData("user", 162_541, 0.0773)]
    [InlineData("movie", 59_047, 0.0286)]
    public void Hashed_ids_collide_as_published_and_the_table_loses_none(string name, int ids, double published)
    {
        var outcome = CollisionStudy.Run(name, ids, CollisionStudy.RowsDefault);
        Assert.Equal(published, outcome.HashedShare, 0.003);
        Assert.Equal(0, outcome.TableShare);
    }

    [Fact]
    public void The_more_often_the_serving_copy_is_refreshed_the_better_it_ranks()
    {
        int[] intervals = [0, 50_000, 10_000, 1000];
        var means = intervals.Select(interval => Enumerable.Range(1, 2).Average(seed => SyncStudy.Auc(interval, 100_000, (ulong)seed))).ToArray();
        Assert.Equal(means.Order(), means);
        Assert.True(means[^1] > means[0] + 0.02, string.Join(' ', means));
    }
}
