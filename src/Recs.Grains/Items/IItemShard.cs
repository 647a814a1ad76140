using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Schema.Http;

namespace Recs.Grains.Items;

/// <summary>Owns the items whose ids hash to it: metadata, life cycle and, by row, their statistics and embeddings.</summary>
[Alias("Recs.IItemShard")]
public interface IItemShard : ILearningShard, IRowShard
{
    /// <summary>Writes items; durable when complete, and explorable on every silo that has reached the moment returned.</summary>
    [Alias("Upsert")]
    Task<FeedMark> Upsert([Immutable] ItemDocument[] items);

    /// <summary>Changes items, in order; durable when complete.</summary>
    /// <returns>The moment from which all see it, and for each patch the reason why it was refused or null.</returns>
    [Alias("Patch")]
    Task<PatchedItems> Patch([Immutable] ItemPatch[] patches);

    /// <summary>Deletes an item; durable when complete.</summary>
    /// <returns>The moment from which it is gone; null when there was none.</returns>
    [Alias("Delete")]
    Task<FeedMark?> Delete(string id);
}
