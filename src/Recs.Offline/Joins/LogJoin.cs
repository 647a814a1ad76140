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
    public void Reward(in FeedbackRecord record, int index) =>
        interactions.Add(record.Viewer, record.Item(index).Row, record.Reward / One);

    /// <inheritdoc/>
    public void History(in FeedbackRecord record) =>
        interactions.Add(record.Viewer, record.Row, record.Reward / One);

    /// <inheritdoc/>
    public void Forget(Guid viewer) => interactions.Forget(viewer);
}
