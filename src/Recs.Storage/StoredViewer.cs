namespace Recs.Storage;

/// <summary>A viewer as it is stored.</summary>
/// <param name="Viewer">Hash of the id.</param>
/// <param name="Revision">Rises with every change of the viewer; of two writes the one with the higher revision stays.</param>
/// <param name="Payload">The viewer's state; empty when there is nothing to know.</param>
public readonly record struct StoredViewer(Guid Viewer, long Revision, ReadOnlyMemory<byte> Payload);
