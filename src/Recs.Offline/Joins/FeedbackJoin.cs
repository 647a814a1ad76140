using Recs.Schema.Log;
using Recs.Storage.Folding;

namespace Recs.Offline.Joins;

/// <summary>
/// Joins impressions and rewards of the log by decision and position. An impression may come after its rewards, and
/// partitions one after the other.
/// </summary>
/// <param name="attribution">A reward counts up to this long after the decision, by the clocks of decision and event.</param>
/// <param name="rowsMax">Rows kept at least, the most recent; at most twice as many are held, 52 bytes each by their layout, up to twice that while lists grow. At least 1.</param>
/// <remarks>Amortised O(1) an event, and O(log n) where old rows make room. Not thread-safe.</remarks>
public sealed class FeedbackJoin(TimeSpan attribution, int rowsMax) : IFoldSink
{
    /// <summary>N where nothing else is said: the most recent rows that are kept.</summary>
    public const int RowsDefault = 1_000_000;

    readonly long _attributionMs = (long)attribution.TotalMilliseconds;
    FeedbackRows _rows = new();
    (long AtMs, ulong Nonce) _floor = (long.MinValue, 0);
    long _tooOld;
    long _late;

    /// <summary>Rows held now, those without an impression included.</summary>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index)
    {
        if (RowOf(record, index) is var row and >= 0)
        {
            _rows.MarkShown(row);
        }
        else
        {
            _tooOld++;
        }
    }

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index, in RewardStep step)
    {
        if (!step.IsBase && record.AtMs - record.DecidedAtMs > _attributionMs)
        {
            _late++;
        }
        else if (RowOf(record, index) is var row and >= 0)
        {
            _rows.AddReward(row, step.Delta);
        }
    }

    /// <inheritdoc/>
    public void History(in FeedbackRecord record)
    {
        // Without a decision there is no propensity.
    }

    /// <inheritdoc/>
    public void Forget(Guid viewer)
    {
        // Rows of decisions do not say whose they were.
    }

    /// <summary>The matured rows.</summary>
    /// <param name="now">A row is matured when it was decided an attribution window before, or longer ago.</param>
    /// <param name="itemRows">Rows of the catalogue, strictly ascending, shape [items].</param>
    /// <remarks>O(n log n).</remarks>
    public BanditFeedback Build(DateTimeOffset now, ReadOnlySpan<int> itemRows)
    {
        MakeRoom(rowsMax);
        return _rows.Build(
            now.ToUnixTimeMilliseconds() - _attributionMs, itemRows, new() { TooOld = _tooOld }, _late);
    }

    /// <summary>The row of a record's item, new if need be; −1 when it was decided before the rows that are kept.</summary>
    int RowOf(in FeedbackRecord record, int index)
    {
        if ((record.DecidedAtMs, record.Nonce).CompareTo(_floor) <= 0)
        {
            return -1;
        }

        var row = _rows.Find(record, index);
        if (row >= 0)
        {
            return row;
        }

        if (_rows.Count >= 2L * rowsMax)
        {
            MakeRoom(rowsMax);
            return RowOf(record, index);
        }

        return _rows.Add(record, index);
    }

    void MakeRoom(int most)
    {
        if (_rows.Count <= most)
        {
            return;
        }

        (_rows, _floor) = _rows.Newest(most, out var dropped);
        _tooOld += dropped;
    }
}
