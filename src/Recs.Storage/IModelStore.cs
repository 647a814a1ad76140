namespace Recs.Storage;

/// <summary>Model versions and which of them is served. Safe for any number of callers at once, in several processes.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails.</remarks>
public interface IModelStore
{
    /// <summary>Adds a model; it is durable and visible as a whole when complete, and not active.</summary>
    /// <param name="parent">The version it was derived from.</param>
    /// <param name="manifest">JSON.</param>
    /// <param name="payload">The model file, possibly hundreds of megabytes. Unchanged until complete.</param>
    /// <param name="cancel">Gives up; a cancelled model is never visible.</param>
    /// <returns>The new version.</returns>
    ValueTask<long> AddAsync(long? parent, string manifest, ReadOnlyMemory<byte> payload, CancellationToken cancel);

    /// <summary>Every version, newest first.</summary>
    ValueTask<IReadOnlyList<StoredModel>> ListAsync(CancellationToken cancel);

    /// <summary>A version's model file; null when the version is unknown.</summary>
    ValueTask<ReadOnlyMemory<byte>?> LoadAsync(long version, CancellationToken cancel);

    /// <summary>Makes a version the active one and ends any canary; false, and nothing changed, when it is unknown.</summary>
    ValueTask<bool> ActivateAsync(long version, CancellationToken cancel);

    /// <summary>Puts a version on trial beside the active one, in the place of any canary before.</summary>
    /// <param name="version">The canary.</param>
    /// <param name="share">Share of the viewers it serves, above 0 and below 1.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False, and nothing changed, when it is unknown, or active itself, or no version is active.</returns>
    ValueTask<bool> StartCanaryAsync(long version, double share, CancellationToken cancel);

    /// <summary>Ends the trial of a canary: it becomes the active version or is served no more.</summary>
    /// <returns>False, and nothing changed, when that version is not the canary: of several callers one ends a trial.</returns>
    ValueTask<bool> EndCanaryAsync(long version, bool promote, CancellationToken cancel);

    /// <summary>The active version, null when there is none. Cheap: one row.</summary>
    ValueTask<long?> ActiveAsync(CancellationToken cancel);

    /// <summary>The active version and the canary beside it, of one moment; null when no version is active. Cheap: one row.</summary>
    ValueTask<ServedModels?> ServedAsync(CancellationToken cancel);
}
