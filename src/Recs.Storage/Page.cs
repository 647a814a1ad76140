namespace Recs.Storage;

/// <summary>A part of a shard's snapshot that is written and replaced as a whole.</summary>
/// <param name="Id">Which part; its meaning belongs to the shard's kind.</param>
/// <param name="Payload">The content. In a write, an empty one deletes the page.</param>
public readonly record struct Page(long Id, ReadOnlyMemory<byte> Payload);
