using Recs.Schema.Log;
using Recs.Storage.Folding;

namespace Recs.Offline.Archives;

/// <summary>Writes what the log means into <c>feedback-*.parquet</c>, a file whenever enough lines have come.</summary>
sealed class ArchiveSink(string folder, int rowsPerFile) : IFoldSink
{
    readonly List<FeedbackRow> _rows = [];
    readonly List<int> _written = [];

    /// <summary>Lines of each file.</summary>
    public IReadOnlyList<int> Written => _written;

    /// <inheritdoc/>
    public void Impression(in FeedbackRecord record, int index) => Add(FeedbackColumns.OfImpression(record, index));

    /// <inheritdoc/>
    public void Reward(in FeedbackRecord record, int index, in RewardStep step) => Add(FeedbackColumns.OfReward(record, index, step));

    /// <inheritdoc/>
    public void History(in FeedbackRecord record) => Add(FeedbackColumns.OfHistory(record));

    /// <inheritdoc/>
    public void Forget(Guid viewer) => Add(FeedbackColumns.OfForgotten(viewer));

    /// <summary>Writes the lines that have not been written.</summary>
    public void Flush()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        // The log is read row by row and a file is written between two of them: nothing waits but the export itself.
        ParquetArchive.WriteAsync(ParquetArchive.FeedbackFile(folder, _written.Count), _rows, CancellationToken.None).GetAwaiter().GetResult();
        _written.Add(_rows.Count);
        _rows.Clear();
    }

    void Add(FeedbackRow row)
    {
        _rows.Add(row);
        if (_rows.Count >= rowsPerFile)
        {
            Flush();
        }
    }
}
