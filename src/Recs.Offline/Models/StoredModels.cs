using Recs.Schema.Models;
using Recs.Storage;

namespace Recs.Offline.Models;

/// <summary>Reads models of a store; whatever is damaged is named by its version.</summary>
public static class StoredModels
{
    /// <summary>A model that must be there.</summary>
    /// <param name="models">The store.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">It is not there, or damaged.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<ModelFile> LoadAsync(IModelStore models, long version, CancellationToken cancel)
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

    /// <summary>The manifest of a listed model.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ModelManifest Manifest(StoredModel stored)
    {
        try
        {
            return ModelJson.Read(stored.Manifest);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"model {stored.Version}: {fault.Message}", fault);
        }
    }

    /// <summary>Why a version may not be promoted unless forced, in one line; null when it may, or is unknown.</summary>
    /// <param name="models">The store.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">Its manifest is damaged.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<string?> RefusalAsync(IModelStore models, long version, CancellationToken cancel) =>
        (await models.ListAsync(cancel)).FirstOrDefault(model => model.Version == version) is { } stored
            && Manifest(stored).Judgement is { Refused: true } judgement
            ? $"model {version} was refused by its gates: {judgement.Reasons()}"
            : null;
}
