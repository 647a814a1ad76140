using Recs.Schema.Log;
using Recs.Storage.Folding;

namespace Recs.Offline.Joins;

/// <summary>The log as training sees it: each item shown, each reward, each meeting outside a decision, once.</summary>
public sealed class LogJoin(Interactions interactions) : IFoldSink
{
    const float One = ushort.MaxValue;

    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index) =>
        interactions.Add(record.Viewer, record.Item(index).Row, 0);

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index, in RewardStep step)
    {
        // What being shown earns by itself says nothing of the viewer's taste, and a dislike is not a liking below zero.
        if (!step.IsBase)
        {
            interactions.Add(record.Viewer, record.Item(index).Row, Math.Max(0, step.After) / One);
        }
    }

    /// <inheritdoc/>
    public void History(in FeedbackRecord record) =>
        interactions.Add(record.Viewer, record.Row, Math.Max(0, record.Reward) / One);

    /// <inheritdoc/>
    public void Forget(Guid viewer) => interactions.Forget(viewer);
}
