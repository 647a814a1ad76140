namespace Recs.Offline.Archives;

/// <summary><c>archive.json</c>, which is written last: an archive without it is not whole.</summary>
/// <param name="Format">Layout of the columns: <see cref="ParquetArchive.Format"/>.</param>
/// <param name="WrittenAt">When it was written: decides what is matured.</param>
/// <param name="Items">Lines of <c>items.parquet</c>.</param>
/// <param name="Rows">Lines of each <c>feedback-*.parquet</c>, in order.</param>
/// <param name="Events">Events of the log behind them, repeats included.</param>
/// <param name="NewestAt">When the last of them was written.</param>
public sealed record ArchiveContents(
    int Format, DateTimeOffset WrittenAt, int Items, IReadOnlyList<int> Rows, long Events, DateTimeOffset NewestAt);
