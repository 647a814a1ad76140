namespace Recs.Schema.Snapshots;

/// <summary>What a snapshot page is a sequence of: raw bytes, one entry after the other.</summary>
/// <typeparam name="T">The entry itself.</typeparam>
public interface IPageEntry<T>
    where T : unmanaged, IPageEntry<T>
{
    /// <summary>
    /// Layout of the pages that are written, ≥ 1. Pages of layout 1 have no head; later ones begin with the layout's negated
    /// number (int32), where a page without a head begins with a catalogue row, which is never negative.
    /// </summary>
    static virtual int Layout => 1;

    /// <summary>Entries of a page of layout 1; called only where <see cref="Layout"/> is above it.</summary>
    /// <param name="page">The page's bytes.</param>
    /// <exception cref="InvalidDataException">The page's length is not a whole number of entries.</exception>
    static virtual T[] OfFirstLayout(ReadOnlySpan<byte> page) => throw new InvalidDataException("There is no earlier layout of this page.");
}
