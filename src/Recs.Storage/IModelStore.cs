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

    /// <summary>Makes a version the active one; false, and nothing changed, when it is unknown.</summary>
    ValueTask<bool> ActivateAsync(long version, CancellationToken cancel);

    /// <summary>The active version, null when there is none. Cheap: one row.</summary>
    ValueTask<long?> ActiveAsync(CancellationToken cancel);
}
