using Recs.Schema.Log;

namespace Recs.Storage.Folding;

/// <summary>
/// What a partition's log means: each event once. The same code feeds the live shards and the proof that their
/// statistics equal the log, so the two can differ only if a shard lost or repeated something.
/// </summary>
/// <remarks>
/// An event is a repeat when its id stands in the 24 h of log time before it, counted or not. So the rows of 24 h say all
/// there is to know about repeats: to start in the middle of a log, first fold those before without a sink
/// (<see cref="LogWindow"/>); the window is then exactly what it would have been. One fold belongs to one thread.
/// </remarks>
public sealed class LogFold(int partition)
{
    /// <summary>How long an event id is remembered, in log time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    readonly RepeatWindow _window = new(Window);

    /// <summary>The partition this fold belongs to.</summary>
    public int Partition => partition;

    /// <summary>Offset of the last row folded, 0 before the first.</summary>
    public long Position { get; private set; }

    /// <summary>Events folded, repeats included.</summary>
    public long Events { get; private set; }

    /// <summary>Events that were repeats and did not count.</summary>
    public long Repeats { get; private set; }

    /// <summary>Begins after an offset instead of at the log's start.</summary>
    public void StartAfter(long offset) => Position = offset;

    /// <summary>Folds one row of the log.</summary>
    /// <param name="batch">The row; its offset must be above <see cref="Position"/>.</param>
    /// <param name="sink">Receives the meaning; null only rebuilds the window of repeats.</param>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public void Fold(in LogBatch batch, IFoldSink? sink)
    {
        if (batch.Offset <= Position)
        {
            throw new InvalidDataException($"Partition {partition} went back from offset {Position} to {batch.Offset}.");
        }

        var nowMs = batch.At.ToUnixTimeMilliseconds();
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
            var isRepeat = record.Key != 0 && !_window.TryAdd(record.Key, nowMs);

            // Asked of repeats too: what a fold remembers must not depend on what it has counted.
            var shown = IsShown(record, nowMs);
            if (isRepeat)
            {
                Repeats++;
            }
            else if (sink is not null)
            {
                Emit(record, shown, sink);
            }
        }

        Position = batch.Offset;
    }

    bool IsShown(in FeedbackRecord record, long nowMs)
    {
        if (!record.HasDecision)
        {
            return false;
        }

        return record.ImpliesImpression
            ? _window.TryAdd(new UInt128(0x696D706C69656421, record.Nonce), nowMs)
            : record.Type == EventType.Impression;
    }

    static void Emit(in FeedbackRecord record, bool shown, IFoldSink sink)
    {
        if (!record.HasDecision)
        {
            sink.History(record);
            return;
        }

        if (shown)
        {
            for (var index = 0; index < record.ItemCount; index++)
            {
                sink.Impression(record, index);
            }
        }

        if (record.Type != EventType.Impression && record.Subject >= 0)
        {
            sink.Reward(record, record.Subject);
        }
    }
}
