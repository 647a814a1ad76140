using Recs.Matching.Graph;

namespace Recs.Grains.Items;

/// <summary>What the scoring tables know of the catalogue.</summary>
public static class CatalogueStates
{
    /// <summary>Publishes whether, until when and under which categories an item may be shown.</summary>
    public static void Publish(ItemTable items, CategoryIndex categories, CatalogueEntry entry)
    {
        if (entry.Row < items.RowsMax)
        {
            items.WriteState(entry.Row, new ItemState(
                entry.Document is { Available: true },
                entry.Document?.ExpiresAt?.ToUnixTimeSeconds() ?? long.MaxValue,
                entry.CreatedAt.ToUnixTimeSeconds(),
                categories.Put(entry.Row, entry.Document?.Categories)));
        }
    }
}
