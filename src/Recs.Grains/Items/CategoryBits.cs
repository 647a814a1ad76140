using System.Collections.Concurrent;

namespace Recs.Grains.Items;

/// <summary>
/// Gives categories bits of a 64-bit mask: the first 63 one each, all others share the last. A filter by a category
/// that shares its bit is only a first sieve; the catalogue decides.
/// </summary>
public sealed class CategoryBits
{
    const int SharedBit = 63;

    readonly ConcurrentDictionary<string, int> _bits = new(StringComparer.Ordinal);
    readonly Lock _giving = new();

    /// <summary>The mask of an item's categories.</summary>
    public ulong Of(IReadOnlyList<string>? categories)
    {
        var mask = 0UL;
        foreach (var category in categories ?? [])
        {
            if (!_bits.TryGetValue(category, out var bit))
            {
                lock (_giving)
                {
                    bit = _bits.GetOrAdd(category, Math.Min(_bits.Count, SharedBit));
                }
            }

            mask |= 1UL << bit;
        }

        return mask;
    }

    /// <summary>The mask of a filter, and whether it is exact.</summary>
    /// <returns>False when no item can match: none of the categories exists.</returns>
    public bool TryFilter(IReadOnlyList<string> categories, out ulong mask, out bool isExact)
    {
        mask = 0;
        foreach (var category in categories)
        {
            mask |= _bits.TryGetValue(category, out var bit) ? 1UL << bit : 0;
        }

        isExact = mask >> SharedBit == 0;
        return mask != 0;
    }
}
