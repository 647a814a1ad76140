namespace Recs.Schema.Http;

/// <summary>What has been learned about an item.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Edges">Its edges, by cluster.</param>
public sealed record EdgesResponse(string Item, IReadOnlyList<EdgeDocument> Edges);
