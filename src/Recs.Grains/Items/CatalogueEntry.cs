using Recs.Schema.Http;

namespace Recs.Grains.Items;

/// <summary>One item as every silo keeps it in memory. Never written to.</summary>
/// <param name="Row">Dense row; never reused.</param>
/// <param name="Id">The caller's id.</param>
/// <param name="Document">What was upserted; null once deleted.</param>
/// <param name="CreatedAt">When the item came into being.</param>
public sealed record CatalogueEntry(int Row, string Id, ItemDocument? Document, DateTimeOffset CreatedAt)
{
    /// <summary>The id as it stands in JSON.</summary>
    public ReadOnlyMemory<byte> EscapedId { get; } = SlateWriter.Escape(Id);

    /// <summary>Whether the item was deleted.</summary>
    public bool IsDeleted => Document is null;
}
