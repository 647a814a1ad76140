namespace Recs.Schema.Http;

/// <summary>A page of the catalogue.</summary>
/// <param name="Items">Items in the order in which they were first upserted.</param>
/// <param name="Next">The <c>after</c> of the next page; null on the last.</param>
public sealed record ItemsPage(IReadOnlyList<ItemDocument> Items, string? Next);
