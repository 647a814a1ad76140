using System.Runtime.InteropServices;

using Recs.Schema.Log;

namespace Recs.Storage.Folding;

/// <summary>What the items of recent decisions have earned: which were shown, and for how much each signal has counted.</summary>
/// <remarks>
/// A decision is remembered for an age of log time and an hour more, in slices of an hour of decision time that are dropped as a
/// whole. About 50 bytes a decision that had an event and 40 a signal that counted. One thread at a time.
/// </remarks>
sealed class DecisionMemory(TimeSpan age)
{
    static readonly long SliceMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    readonly Dictionary<long, Slice> _slices = [];
    readonly long _ageMs = (long)(age + LogWindow.Slack).TotalMilliseconds;
    long _expiredAt = long.MinValue;

    /// <summary>Decisions remembered.</summary>
    public int Count => _slices.Values.Sum(slice => slice.Shown.Count);

    /// <summary>Drops decisions that are older than the age; cheap to call with every row.</summary>
    /// <param name="nowMs">Log time, Unix milliseconds.</param>
    public void Expire(long nowMs)
    {
        if (nowMs / SliceMs <= _expiredAt)
        {
            return;
        }

        _expiredAt = nowMs / SliceMs;
        foreach (var hour in _slices.Keys.Where(hour => (hour + 1) * SliceMs <= nowMs - _ageMs).ToArray())
        {
            _ = _slices.Remove(hour);
        }
    }

    /// <summary>Notes that an item of a record was shown.</summary>
    /// <returns>False when that was known.</returns>
    public bool TryShow(in FeedbackRecord record, int index)
    {
        ref var shown = ref CollectionsMarshal.GetValueRefOrAddDefault(SliceOf(record).Shown, record.Nonce, out _);
        var bit = UInt128.One << record.Position(index);
        if ((shown & bit) != 0)
        {
            return false;
        }

        shown |= bit;
        return true;
    }

    /// <summary>Counts the record's reward for the item it is about: a type once, and a greater value than before for the difference.</summary>
    /// <param name="record">A record with a <see cref="FeedbackRecord.Subject"/>.</param>
    /// <param name="step">What the item gains.</param>
    /// <returns>False when the signal has counted for as much already.</returns>
    public bool TryEarn(in FeedbackRecord record, out RewardStep step)
    {
        var signal = new SignalKey(record.Nonce, (byte)record.Position(record.Subject), record.Type, record.Signal);
        ref var earned = ref CollectionsMarshal.GetValueRefOrAddDefault(SliceOf(record).Earned, signal, out var isKnown);
        step = new RewardStep(record.Type, earned, record.Reward);
        if (isKnown && (Math.Abs(step.After) <= Math.Abs(earned) || (earned != 0 && int.Sign(earned) != int.Sign(step.After))))
        {
            return false;
        }

        earned = record.Reward;
        return true;
    }

    Slice SliceOf(in FeedbackRecord record)
    {
        ref var slice = ref CollectionsMarshal.GetValueRefOrAddDefault(_slices, record.DecidedAtMs / SliceMs, out _);
        return slice ??= new Slice();
    }

    readonly record struct SignalKey(ulong Nonce, byte Position, EventType Type, ushort Signal);

    /// <summary>An hour of decisions.</summary>
    sealed class Slice
    {
        /// <summary>Decision → bit p is set when position p was shown.</summary>
        public Dictionary<ulong, UInt128> Shown { get; } = [];

        /// <summary>Signal → what it has earned, r · 65535.</summary>
        public Dictionary<SignalKey, int> Earned { get; } = [];
    }
}
