using Recs.Schema.Log;

namespace Recs.Storage.Folding;

/// <summary>What receives the meaning of the log: every event once, in the order of its partition.</summary>
public interface IFoldSink
{
    /// <summary>An item of a record was shown.</summary>
    /// <param name="record">The record; valid during the call only.</param>
    /// <param name="index">Index of the item among the record's items.</param>
    void Impression(in FeedbackRecord record, int index);

    /// <summary>An item of a record that was shown earned something, which may be 0.</summary>
    /// <param name="record">The record; valid during the call only.</param>
    /// <param name="index">Index of the item among the record's items.</param>
    /// <param name="step">What was earned, which is not the record's reward where the signal had counted for less before.</param>
    void Reward(in FeedbackRecord record, int index, in RewardStep step);

    /// <summary>A viewer met an item outside any decision.</summary>
    /// <param name="record">The record; valid during the call only.</param>
    void History(in FeedbackRecord record);

    /// <summary>A viewer was deleted: what the log said of it before is not to be known any more.</summary>
    /// <param name="viewer">Hash of the viewer's id, not empty.</param>
    void Forget(Guid viewer);
}
