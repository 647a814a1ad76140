using Recs.Grains.Viewers;
using Recs.Schema.Http;
using Recs.Schema.Log;
using Recs.Schema.Messages;

using Xunit;

namespace Recs.Tests.Viewers;

public sealed class ViewerStateTests
{
    static readonly HistoryUpdate Deletion = new(0, -1, 0, EventType.Forget);

    [Fact]
    public void A_deletion_clears_the_history_before_it_and_not_after_it()
    {
        var state = new ViewerState();
        state.Add([Like(7), Deletion, Like(9)], 10);
        Assert.Equal([9], state.History.Select(entry => entry.Row));
        state.Add([Like(7), Like(8), Deletion], 10);
        Assert.True(state.IsEmpty);
    }

    [Fact]
    public void A_profile_that_was_put_after_the_deletion_stays()
    {
        var state = new ViewerState { Profile = new UserDocument { Id = "u" }, Offset = 4 };
        state.Add([Like(7), Deletion], 10);
        var stored = ViewerState.Decode(state.Encode());
        Assert.Equal(("u", 4), (stored.Profile!.Id, stored.Offset));
        Assert.Empty(stored.History);
    }

    static HistoryUpdate Like(int row) => new(1, row, 65535, EventType.Like);
}
