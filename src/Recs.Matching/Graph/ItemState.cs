namespace Recs.Matching.Graph;

/// <summary>What the catalogue says of one item, as far as serving must know it.</summary>
/// <param name="Available">May be shown: not withdrawn, not deleted.</param>
/// <param name="ExpiresAt">Unix seconds from which it may not be shown; <see cref="long.MaxValue"/> = never.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Categories">The bits of the categories that the item is in; who gives them may let categories share one.</param>
public readonly record struct ItemState(bool Available, long ExpiresAt, long CreatedAt, ulong Categories);
