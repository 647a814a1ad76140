using System.Text.Json;
using Recs.Schema.Http;
using Recs.Storage;

namespace Recs.Offline.Joins;

/// <summary>Items as they are stored, as training sees them.</summary>
public static class StoredItems
{
    /// <summary>Reads an item.</summary>
    /// <param name="stored">The item; its payload is the JSON of an <see cref="ItemDocument"/>.</param>
    /// <param name="now">Decides whether it has expired.</param>
    /// <returns>The item; null when it was deleted. An item without a creation time is not fresh.</returns>
    /// <exception cref="InvalidDataException">The payload cannot be read; the message names the item.</exception>
    public static RetrainItem? Read(StoredItem stored, DateTimeOffset now)
    {
        if (stored.Deleted)
        {
            return null;
        }

        ItemDocument document;
        try
        {
            document = JsonSerializer.Deserialize(stored.Payload.Span, RecsJson.Default.ItemDocument)
                ?? throw new InvalidDataException($"item {stored.Id} is stored without a document");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"item {stored.Id} cannot be read: {fault.Message}", fault);
        }

        var isAvailable = document.Available && !(document.ExpiresAt <= now);
        return new(stored.Row, stored.Id, document.CreatedAt ?? DateTimeOffset.UnixEpoch, isAvailable)
        {
            Categories = [.. document.Categories ?? []],
            Creator = document.Creator,
            Attributes = [.. document.Attributes ?? new Dictionary<string, string>(StringComparer.Ordinal)],
            Embedding = document.Embedding ?? [],
        };
    }
}
