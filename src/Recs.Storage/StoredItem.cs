namespace Recs.Storage;

/// <summary>An item of the catalogue as it is stored.</summary>
/// <param name="Row">Dense number of the item, 0 or more; belongs to its id for ever.</param>
/// <param name="Id">Public id; no two rows have the same one.</param>
/// <param name="Deleted">Whether the item was deleted; its row stays.</param>
/// <param name="Payload">JSON of the item, UTF-8.</param>
public sealed record StoredItem(int Row, string Id, bool Deleted, ReadOnlyMemory<byte> Payload);
