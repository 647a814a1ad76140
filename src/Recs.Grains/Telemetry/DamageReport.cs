using System.Collections.Concurrent;

namespace Recs.Grains.Telemetry;

/// <summary>What this silo has found damaged in storage since it started, each place once. Safe for any number of threads.</summary>
public sealed class DamageReport
{
    /// <summary>Places that are named; more are only counted.</summary>
    public const int PlacesMax = 100;

    readonly ConcurrentDictionary<string, byte> _places = new(StringComparer.Ordinal);
    long _count;

    /// <summary>Damaged things found.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Where, and what was done about it; at most <see cref="PlacesMax"/>.</summary>
    public IReadOnlyCollection<string> Places => [.. _places.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a place.</summary>
    /// <returns>False when it has been added before.</returns>
    public bool Add(string place)
    {
        if (_places.ContainsKey(place) || (_places.Count < PlacesMax && !_places.TryAdd(place, 0)))
        {
            return false;
        }

        _ = Interlocked.Increment(ref _count);
        return true;
    }
}
