using Recs.Grains.Learning;
using Recs.Schema.Http;

namespace Recs.Grains.Items;

/// <summary>Owns the items whose ids hash to it: metadata, life cycle and, by row, their statistics.</summary>
[Alias("Recs.IItemShard")]
public interface IItemShard : ILearningShard
{
    /// <summary>Writes items; durable, and explorable on this silo, when complete.</summary>
    [Alias("Upsert")]
    Task Upsert([Immutable] ItemDocument[] items);

    /// <summary>Deletes an item; durable when complete.</summary>
    /// <returns>False when there was none.</returns>
    [Alias("Delete")]
    Task<bool> Delete(string id);
}
