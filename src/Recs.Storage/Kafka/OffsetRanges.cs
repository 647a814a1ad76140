namespace Recs.Storage.Kafka;

/// <summary>A set of offsets kept as ranges: which rows have been looked at. Belongs to one thread at a time.</summary>
/// <remarks>
/// Readers that follow the log make one range however long it is. Beyond <see cref="RangesMax"/> the two lowest are
/// joined, the offsets between them included.
/// </remarks>
sealed class OffsetRanges
{
    const int RangesMax = 64;

    readonly List<(long First, long Last)> _ranges = [];

    public bool Contains(long offset) => _ranges.Exists(range => range.First <= offset && offset <= range.Last);

    /// <summary>Adds every offset from the first to the last.</summary>
    public void Add(long first, long last)
    {
        // Ranges that touch or overlap the new one become part of it.
        for (var at = _ranges.Count - 1; at >= 0; at--)
        {
            var range = _ranges[at];
            if (range.First <= last + 1 && first - 1 <= range.Last)
            {
                (first, last) = (Math.Min(first, range.First), Math.Max(last, range.Last));
                _ranges.RemoveAt(at);
            }
        }

        var place = _ranges.FindIndex(range => range.First > last);
        _ranges.Insert(place < 0 ? _ranges.Count : place, (first, last));
        if (_ranges.Count > RangesMax)
        {
            _ranges[1] = (_ranges[0].First, _ranges[1].Last);
            _ranges.RemoveAt(0);
        }
    }
}
