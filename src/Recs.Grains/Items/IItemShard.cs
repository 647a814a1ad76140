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

    /// <summary>Deletes an item; durable when complete.</summary>
    /// <returns>The moment from which it is gone; null when there was none.</returns>
    [Alias("Delete")]
    Task<FeedMark?> Delete(string id);
}
