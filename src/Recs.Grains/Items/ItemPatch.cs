using Recs.Schema.Http;

namespace Recs.Grains.Items;

/// <summary>A merge patch of an item (RFC 7396).</summary>
/// <param name="Values">The fields' new values, and the id.</param>
/// <param name="Names">JSON names of the fields that it changes; one that has no value is taken away.</param>
/// <param name="Removed">Names of the attributes that it takes away.</param>
[GenerateSerializer]
[Immutable]
[Alias("Recs.ItemPatch")]
public sealed record ItemPatch(
    [property: Id(0)] ItemDocument Values, [property: Id(1)] string[] Names, [property: Id(2)] string[] Removed)
{
    /// <summary>The item as it is afterwards. Without a creation time it keeps the one it has.</summary>
    public ItemDocument Apply(ItemDocument item) => item with
    {
        CreatedAt = Has("createdAt") ? Values.CreatedAt : item.CreatedAt,
        Categories = Has("categories") ? Values.Categories : item.Categories,
        Creator = Has("creator") ? Values.Creator : item.Creator,
        Attributes = Has("attributes") ? MergePatch.Attributes(item.Attributes, Values.Attributes, Removed) : item.Attributes,
        Embedding = Has("embedding") ? Values.Embedding : item.Embedding,
        Available = Has("available") ? Values.Available : item.Available,
        ExpiresAt = Has("expiresAt") ? Values.ExpiresAt : item.ExpiresAt,
    };

    bool Has(string name) => Array.IndexOf(Names, name) >= 0;
}
