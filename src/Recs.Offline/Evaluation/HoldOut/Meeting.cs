namespace Recs.Offline.Evaluation.HoldOut;

/// <summary>A viewer met an item.</summary>
/// <param name="Viewer">Hash of the viewer's id, not empty.</param>
/// <param name="Item">Index of the item.</param>
/// <param name="Reward">In [0, 1]; what is held out counts where it is above 0.</param>
/// <param name="At">When, in any unit.</param>
public readonly record struct Meeting(Guid Viewer, int Item, float Reward, long At);
