using System.Collections.Concurrent;

using Recs.Matching.Bandits;
using Recs.Matching.Slates;

namespace Recs.Silo.Endpoints;

/// <summary>Slates served since the start, by policy, layer and surface. Lock-free.</summary>
sealed class ServingCounts
{
    /// <summary>Most surfaces that are told apart; any further one is counted as the last.</summary>
    public const int SurfacesMax = 64;

    const string Others = "others";

    readonly long[] _policies = new long[256];
    readonly long[] _layers = new long[LayerNames.All.Count];
    readonly ConcurrentDictionary<string, long> _surfaces = new(StringComparer.Ordinal);

    /// <summary>Items served, by layer.</summary>
    public IReadOnlyDictionary<string, long> BySource =>
        Enumerable.Range(0, _layers.Length).ToDictionary(layer => LayerNames.Of((Layer)layer), layer => Volatile.Read(ref _layers[layer]), StringComparer.Ordinal);

    /// <summary>Slates served, by surface.</summary>
    public IReadOnlyDictionary<string, long> BySurface => new Dictionary<string, long>(_surfaces, StringComparer.Ordinal);

    /// <summary>Slates served by a policy.</summary>
    public long Of(PolicyKind policy) => Volatile.Read(ref _policies[(int)policy]);

    /// <summary>Counts an item.</summary>
    public void Count(Layer layer) => Interlocked.Increment(ref _layers[(int)layer]);

    /// <summary>Counts a slate.</summary>
    public void Count(PolicyKind policy, string? surface)
    {
        _ = Interlocked.Increment(ref _policies[(int)policy]);
        if (surface is not null)
        {
            var name = _surfaces.ContainsKey(surface) || _surfaces.Count < SurfacesMax ? surface : Others;
            _ = _surfaces.AddOrUpdate(name, 1, static (_, count) => count + 1);
        }
    }
}
