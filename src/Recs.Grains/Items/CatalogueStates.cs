using System.Text.Json;

using Recs.Matching.Graph;
using Recs.Schema.Http;
using Recs.Storage;

namespace Recs.Grains.Items;

/// <summary>What the scoring tables know of the catalogue.</summary>
public static class CatalogueStates
{
    /// <summary>Publishes whether, until when and under which categories an item may be shown.</summary>
    public static void Publish(ItemTable items, CategoryBits categories, CatalogueEntry entry)
    {
        if (entry.Row < items.RowsMax)
        {
            items.WriteState(entry.Row, new ItemState(
                entry.Document is { Available: true },
                entry.Document?.ExpiresAt?.ToUnixTimeSeconds() ?? long.MaxValue,
                entry.CreatedAt.ToUnixTimeSeconds(),
                categories.Of(entry.Document?.Categories)));
        }
    }

    /// <summary>Reads the stored catalogue into memory at the start of a silo.</summary>
    public static async Task Load(
        ICatalogueStore store, Catalogue catalogue, ItemTable items, CategoryBits categories, CancellationToken cancel)
    {
        await foreach (var stored in store.ReadAsync(cancel))
        {
            var document = stored.Deleted ? null : JsonSerializer.Deserialize(stored.Payload.Span, RecsJson.Default.ItemDocument);
            var entry = new CatalogueEntry(stored.Row, stored.Id, document, document?.CreatedAt ?? DateTimeOffset.UnixEpoch);
            catalogue.Put(entry);
            if (document?.Embedding is { } embedding)
            {
                _ = catalogue.AcceptsEmbedding(embedding.Length);
            }

            Publish(items, categories, entry);
        }
    }
}
