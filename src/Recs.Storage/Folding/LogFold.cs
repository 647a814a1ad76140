using Recs.Schema.Log;

namespace Recs.Storage.Folding;

/// <summary>
/// What a partition's log means. The unit of learning is a shown item: its impression counts once, each signal once, and a signal
/// with a value for the largest one. The same code feeds the live shards and the proof that their statistics equal the log, so the
/// two can differ only if a shard lost or repeated something.
/// </summary>
/// <remarks>
/// <para>A reward implies the impression of its item. So order, repetition and batching of the events of a shown item change nothing:
/// its sums are those of the set of its signals, each at its largest value.</para>
/// <para>An event id that stands in the 24 h of log time before is a repeat and means nothing; an impression needs no id, it is known
/// by its decision and item.</para>
/// <para>What is remembered follows from the rows of <see cref="LogWindow.Of"/>: to start in the middle of a log, first fold those
/// before without a sink. A longer memory gives the same sums, because the door refuses decisions beyond the age. One fold belongs to
/// one thread.</para>
/// </remarks>
/// <param name="partition">The partition this fold belongs to.</param>
/// <param name="decisionAge">How old a decision may be that still takes feedback, at most <see cref="LogWindow.DecisionAgeMax"/>.</param>
public sealed class LogFold(int partition, TimeSpan decisionAge)
{
    readonly RepeatWindow _window = new(LogWindow.EventIds);
    readonly DecisionMemory _decisions = new(decisionAge);

    /// <summary>The partition this fold belongs to.</summary>
    public int Partition => partition;

    /// <summary>Offset of the last row folded, 0 before the first.</summary>
    public long Position { get; private set; }

    /// <summary>Events folded, repeats included.</summary>
    public long Events { get; private set; }

    /// <summary>Events that changed nothing: repeats, and those that said what was known.</summary>
    public long Repeats { get; private set; }

    /// <summary>Rows that were damaged and left out.</summary>
    public long Damaged { get; private set; }

    /// <summary>Decisions of which it is remembered what they earned.</summary>
    public int Decisions => _decisions.Count;

    /// <summary>Begins after an offset instead of at the log's start.</summary>
    public void StartAfter(long offset) => Position = offset;

    /// <summary>Folds one row of the log.</summary>
    /// <param name="batch">The row; its offset must be above <see cref="Position"/>.</param>
    /// <param name="sink">Receives the meaning; null only rebuilds what is remembered.</param>
    /// <exception cref="InvalidDataException">Rows went back, or one that has not been told damaged cannot be read.</exception>
    public void Fold(in LogBatch batch, IFoldSink? sink)
    {
        if (batch.Offset <= Position)
        {
            throw new InvalidDataException($"Partition {partition} went back from offset {Position} to {batch.Offset}.");
        }

        if (batch.IsDamaged)
        {
            Damaged++;
            Position = batch.Offset;
            return;
        }

        var nowMs = batch.At.ToUnixTimeMilliseconds();
        _decisions.Expire(nowMs);
        var reader = new FeedbackReader(batch.Payload.Span);
        while (reader.MoveNext())
        {
            var record = reader.Current;
            if (record.Type == EventType.Forget)
            {
                // Twice is once, and no feedback: neither an event nor a repeat.
                sink?.Forget(record.Viewer);
                continue;
            }

            Events++;
            Repeats += Count(record, nowMs, sink) ? 0 : 1;
        }

        Position = batch.Offset;
    }

    /// <summary>Counts what a record says that was not known.</summary>
    /// <returns>False when it said nothing new.</returns>
    bool Count(in FeedbackRecord record, long nowMs, IFoldSink? sink)
    {
        if (record.Version == 1)
        {
            return CountFirstVersion(record, nowMs, sink);
        }

        if (record.HasDecision && record.Type == EventType.Impression)
        {
            return Show(record, sink);
        }

        if (record.Key != 0 && !_window.TryAdd(record.Key, nowMs))
        {
            return false;
        }

        if (!record.HasDecision)
        {
            sink?.History(record);
            return true;
        }

        // A reward's record holds its own item, or the whole slate where an event implies that it was shown.
        var isNew = Show(record, sink);
        return Earn(record, sink) || isNew;
    }

    bool Show(in FeedbackRecord record, IFoldSink? sink)
    {
        var isNew = false;
        for (var index = 0; index < record.ItemCount; index++)
        {
            if (!_decisions.TryShow(record, index))
            {
                continue;
            }

            isNew = true;
            sink?.Impression(record, index);
            if (record.Base != 0)
            {
                sink?.Reward(record, index, new RewardStep(EventType.Impression, 0, record.Base));
            }
        }

        return isNew;
    }

    bool Earn(in FeedbackRecord record, IFoldSink? sink)
    {
        if (record.Subject < 0 || !_decisions.TryEarn(record, out var step))
        {
            return false;
        }

        sink?.Reward(record, record.Subject, step);
        return true;
    }

    /// <summary>
    /// Records of version 1 keep the meaning they were learned with, or a log that holds some could not prove its sums: impressions
    /// count as often as they were sent, and so do rewards.
    /// </summary>
    bool CountFirstVersion(in FeedbackRecord record, long nowMs, IFoldSink? sink)
    {
        var isRepeat = record.Key != 0 && !_window.TryAdd(record.Key, nowMs);
        var isShown = record.HasDecision && (record.ImpliesImpression
            ? _window.TryAdd(new UInt128(0x696D706C69656421, record.Nonce), nowMs)
            : record.Type == EventType.Impression);
        if (isRepeat)
        {
            return false;
        }

        if (!record.HasDecision)
        {
            sink?.History(record);
            return true;
        }

        for (var index = 0; isShown && index < record.ItemCount; index++)
        {
            // What later records say of the same decision counts on top of it.
            _ = _decisions.TryShow(record, index);
            sink?.Impression(record, index);
        }

        if (record.Type != EventType.Impression && record.Subject >= 0)
        {
            _ = _decisions.TryEarn(record, out _);
            sink?.Reward(record, record.Subject, new RewardStep(record.Type, 0, record.Reward));
        }

        return true;
    }
}
