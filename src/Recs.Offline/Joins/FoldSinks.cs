using Recs.Schema.Log;
using Recs.Storage.Folding;

namespace Recs.Offline.Joins;

/// <summary>Tells several sinks the same, in their order: one pass over the log serves them all.</summary>
/// <param name="sinks">At least one.</param>
public sealed class FoldSinks(params IFoldSink[] sinks) : IFoldSink
{
    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index)
    {
        foreach (var sink in sinks)
        {
            sink.Impression(record, index);
        }
    }

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index, in RewardStep step)
    {
        foreach (var sink in sinks)
        {
            sink.Reward(record, index, step);
        }
    }

    /// <inheritdoc/>
    public void History(in FeedbackRecord record)
    {
        foreach (var sink in sinks)
        {
            sink.History(record);
        }
    }

    /// <inheritdoc/>
    public void Forget(Guid viewer)
    {
        foreach (var sink in sinks)
        {
            sink.Forget(viewer);
        }
    }
}
