using Recs.Offline.Joins;
using Recs.Schema.Models;
using Recs.Storage;

namespace Recs.Offline;

/// <summary>A training from stored data to a stored model: what the trainer runs, and the silo that trains itself.</summary>
/// <param name="catalogue">Items.</param>
/// <param name="log">What viewers did.</param>
/// <param name="models">Models; the active one is the parent.</param>
/// <param name="time">The clock.</param>
public sealed class RetrainJob(ICatalogueStore catalogue, IEventLog log, IModelStore models, TimeProvider time)
{
    /// <summary>Reads, trains, and stores the model; with <paramref name="promote"/> it becomes the active one.</summary>
    /// <param name="options">Settings of the training.</param>
    /// <param name="window">How much of the log counts, by when it was written; null for all.</param>
    /// <param name="promote">Whether silos shall serve the model at once.</param>
    /// <param name="progress">Told where it is.</param>
    /// <param name="cancel">Gives up; nothing is stored then.</param>
    /// <exception cref="InvalidDataException">Something stored is damaged; the message says what.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public async Task<RetrainJobResult> RunAsync(
        RetrainOptions options, TimeSpan? window, bool promote, IProgress<RetrainProgress>? progress,
        CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var items = new List<RetrainItem>();
        await foreach (var stored in catalogue.ReadAsync(cancel))
        {
            if (StoredItems.Read(stored, now) is { } item)
            {
                items.Add(item);
            }
        }

        var interactions = new Interactions();
        await StoredLog.ReadAsync(log, window is { } span ? now - span : DateTimeOffset.MinValue, interactions, progress, cancel);
        var active = await models.ActiveAsync(cancel);
        var previous = active is { } parent ? await LoadAsync(parent, cancel) : null;
        var input = new RetrainInput(items, interactions, previous) { Next = await NextNumbersAsync(cancel) };

        var result = Retrain.Run(input, options, time, progress, cancel);
        if (!result.IsTrained)
        {
            return new(result, null, false);
        }

        progress?.Report(new("store", 0, 1));
        var version = await models.AddAsync(active, ModelJson.Write(result.Manifest), ModelCodec.Write(result.Model), cancel);
        var isActive = promote && await models.ActivateAsync(version, cancel);
        progress?.Report(new("store", 1, 1));
        return new(result, version, isActive);
    }

    async Task<ModelFile> LoadAsync(long version, CancellationToken cancel)
    {
        var file = await models.LoadAsync(version, cancel)
            ?? throw new InvalidDataException($"model {version} is listed and not there");
        try
        {
            return ModelCodec.Read(file.Span, version);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"model {version}: {fault.Message}", fault);
        }
    }

    async Task<LineageNumbers> NextNumbersAsync(CancellationToken cancel)
    {
        var manifests = new List<ModelManifest>();
        foreach (var stored in await models.ListAsync(cancel))
        {
            try
            {
                manifests.Add(ModelJson.Read(stored.Manifest));
            }
            catch (InvalidDataException fault)
            {
                throw new InvalidDataException($"model {stored.Version}: {fault.Message}", fault);
            }
        }

        return LineageNumbers.After(manifests);
    }
}
