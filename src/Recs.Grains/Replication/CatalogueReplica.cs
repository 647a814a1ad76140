using System.Text.Json;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Schema.Http;
using Recs.Schema.Messages;

namespace Recs.Grains.Replication;

/// <summary>
/// This silo's copy of the items: metadata, what the scoring tables know of them, and a place in the live graphs for those
/// that no training has seen.
/// </summary>
/// <remarks>Followers of different shards may call at once: a row belongs to one shard.</remarks>
public sealed class CatalogueReplica(
    Catalogue catalogue, CategoryIndex categories, ServingState serving, EdgeReplica edges, ServingOptions options) : IReplica
{
    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy)
    {
        var entries = new List<CatalogueEntry>();
        ReadOnlySpan<byte> rest = payload;
        while (!rest.IsEmpty)
        {
            var (row, id) = ItemDocuments.Read(ref rest, out var json);
            var document = json.IsEmpty ? null : JsonSerializer.Deserialize(json, RecsJson.Default.ItemDocument);
            entries.Add(new CatalogueEntry(row, id, document, document?.CreatedAt ?? DateTimeOffset.UnixEpoch));
        }

        foreach (var entry in entries)
        {
            if (entry.Document?.Embedding is { } embedding)
            {
                _ = catalogue.AcceptsEmbedding(embedding.Length);
            }

            catalogue.Put(entry);
            CatalogueStates.Publish(serving.Items, categories, entry);
        }

        foreach (var model in serving.Live)
        {
            Place(model, entries);
        }
    }

    /// <summary>Gives items that a model was not trained with their vectors and first edges, and all of them their place in its index.</summary>
    /// <param name="model">A model that serves or is being prepared.</param>
    /// <param name="entries">Items.</param>
    public void Place(ServingModel model, IReadOnlyCollection<CatalogueEntry> entries)
    {
        var count = ItemPlacement.ClustersOf(model, catalogue.Count, options);
        var placements = new List<EdgePlacement>();
        foreach (var entry in entries.Where(entry => !model.Knows(entry.Row)))
        {
            ItemPlacement.Place(model, entry, count, placements);
        }

        edges.Attach(model, placements);
        model.Index.Put(entries
            .Where(entry => entry.Document is not null && entry.Row < model.Vectors.RowsMax)
            .Select(entry => (entry.Row, entry.CreatedAt.ToUnixTimeSeconds())));
    }
}
