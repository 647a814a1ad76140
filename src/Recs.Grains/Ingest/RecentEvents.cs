namespace Recs.Grains.Ingest;

/// <summary>The events that this silo took lately, so that it can say how many of a batch are repeats. It decides nothing: the fold does.</summary>
/// <remarks>
/// Two generations of at most <see cref="GenerationMax"/> events, 10 MB each when full; the older one is forgotten as a whole. Safe
/// for any number of requests at once; a batch takes the lock once.
/// </remarks>
sealed class RecentEvents
{
    /// <summary>Most events of a generation.</summary>
    public const int GenerationMax = 1 << 18;

    readonly Lock _gate = new();
    HashSet<UInt128> _recent = [];
    HashSet<UInt128> _before = [];

    /// <summary>Adds the events of a batch that has become durable.</summary>
    /// <param name="events">What identifies each of them.</param>
    /// <returns>How many were there already, or earlier in the batch.</returns>
    public int Add(List<UInt128> events)
    {
        lock (_gate)
        {
            var repeats = 0;
            foreach (var identity in events)
            {
                if (_recent.Count >= GenerationMax)
                {
                    (_before, _recent) = (_recent, _before);
                    _recent.Clear();
                }

                var isRepeat = _before.Contains(identity) | !_recent.Add(identity);
                repeats += isRepeat ? 1 : 0;
            }

            return repeats;
        }
    }
}
