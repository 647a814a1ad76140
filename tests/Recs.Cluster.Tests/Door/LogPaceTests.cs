using Recs.Silo.Door;

using Xunit;

namespace Recs.Cluster.Tests.Door;

public sealed class LogPaceTests
{
    [Fact]
    public void One_message_in_an_interval_is_written_and_says_how_many_were_not()
    {
        var time = new ManualTime();
        var pace = new LogPace(time, TimeSpan.FromSeconds(1));
        Assert.True(pace.IsDue(out var leftOut));
        Assert.Equal(0, leftOut);
        _ = Parallel.For(0, 1000, _ => Assert.False(pace.IsDue(out var none)));
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(pace.IsDue(out _));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(pace.IsDue(out leftOut));
        Assert.Equal(1001, leftOut);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(pace.IsDue(out leftOut));
        Assert.Equal(0, leftOut);
    }
}
