using Recs.Grains.Items;
using Recs.Schema.Http;

namespace Recs.Grains.Viewers;

/// <summary>Owns one viewer: profile, recent history, and the vector that follows from them. Its key is the hash of the id.</summary>
[Alias("Recs.IViewerGrain")]
public interface IViewerGrain : IGrainWithGuidKey
{
    /// <summary>What a recommendation needs to know about the viewer.</summary>
    [Alias("Context")]
    ValueTask<ViewerContext> Context();

    /// <summary>Writes the viewer's profile; durable when complete.</summary>
    [Alias("Upsert")]
    Task Upsert([Immutable] UserDocument user);

    /// <summary>Changes the viewer's profile, in order; durable when complete.</summary>
    /// <returns>For each patch the reason why it was refused or None.</returns>
    [Alias("Patch")]
    Task<PatchRefusal[]> Patch([Immutable] UserPatch[] patches);

    /// <summary>The viewer's profile, weights and history; null when nothing is known.</summary>
    [Alias("Describe")]
    ValueTask<ViewerDescription?> Describe();

    /// <summary>Adds a block of history. Idempotent by the offset at which the block ends.</summary>
    /// <param name="last">Offset of the last log row in the block; a viewer's events all come from one partition.</param>
    /// <param name="updates">Raw <see cref="Recs.Schema.Messages.HistoryUpdate"/>s.</param>
    /// <param name="unwritten">What an earlier call returned and storage may not have yet; null when there is nothing.</param>
    /// <returns>What is to be stored.</returns>
    [Alias("Apply")]
    ValueTask<ViewerWrite> Apply(long last, [Immutable] byte[] updates, ViewerWrite? unwritten);

    /// <summary>Forgets the viewer; durable when complete.</summary>
    /// <returns>False when nothing was known.</returns>
    [Alias("Forget")]
    Task<bool> Forget();
}
