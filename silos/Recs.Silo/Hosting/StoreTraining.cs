using System.Text.Json;

using Recs.Offline;
using Recs.Offline.Joins;
using Recs.Schema.Http;
using Recs.Schema.Models;
using Recs.Storage;
using Recs.Storage.Folding;

namespace Recs.Silo.Hosting;

/// <summary>Trains a model from what the store holds and makes it the active one.</summary>
sealed class StoreTraining(
    IEventLog log, ICatalogueStore catalogue, IModelStore models, RetrainOptions options, TimeProvider time)
{
    const int ReadRowsMax = 1024;
    const int ReadBytesMax = 4 * 1024 * 1024;

    /// <summary>Trains and promotes.</summary>
    /// <returns>Why there is no new model, in one line; null when there is one.</returns>
    public async Task<string?> Run(CancellationToken cancel)
    {
        var previous = await Previous(cancel);
        var input = new RetrainInput(await Items(cancel), await Interactions(cancel), previous);
        var result = await Task.Factory.StartNew(
            () => Retrain.Run(input, options, time, null, cancel),
            cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (!result.IsTrained)
        {
            return result.Refusal;
        }

        var version = await models.AddAsync(
            previous?.Version,
            JsonSerializer.Serialize(result.Manifest, JsonSerializerOptions.Web),
            ModelCodec.Write(result.Model),
            cancel);
        _ = await models.ActivateAsync(version, cancel);
        return null;
    }

    /// <summary>Items that the active model has vectors for.</summary>
    public async Task<int> ServedItems(CancellationToken cancel) => (await Previous(cancel))?.Items ?? 0;

    async Task<ModelFile?> Previous(CancellationToken cancel) =>
        await models.ActiveAsync(cancel) is { } version && await models.LoadAsync(version, cancel) is { } payload
            ? ModelCodec.Read(payload.Span, version)
            : null;

    async Task<List<RetrainItem>> Items(CancellationToken cancel)
    {
        List<RetrainItem> items = [];
        await foreach (var stored in catalogue.ReadAsync(cancel))
        {
            if (!stored.Deleted && JsonSerializer.Deserialize(stored.Payload.Span, RecsJson.Default.ItemDocument) is { } item)
            {
                items.Add(new RetrainItem(stored.Row, stored.Id, item.CreatedAt ?? time.GetUtcNow(), item.Available)
                {
                    Categories = [.. item.Categories ?? []],
                    Creator = item.Creator,
                    Attributes = [.. item.Attributes ?? new Dictionary<string, string>(StringComparer.Ordinal)],
                    Embedding = item.Embedding ?? [],
                });
            }
        }

        return items;
    }

    async Task<Interactions> Interactions(CancellationToken cancel)
    {
        var interactions = new Interactions();
        var join = new LogJoin(interactions);
        for (var partition = 0; partition < log.Partitions; partition++)
        {
            var fold = new LogFold(partition);
            while (await log.ReadAsync(partition, fold.Position, ReadRowsMax, ReadBytesMax, cancel) is { Count: > 0 } rows)
            {
                foreach (var row in rows)
                {
                    fold.Fold(row, join);
                }
            }
        }

        return interactions;
    }
}
