namespace Recs.Matching.Graph;

/// <summary>A reader inside the current epoch; see <see cref="ReaderEpochs.Pin"/>.</summary>
public readonly ref struct EpochPin
{
    readonly ReaderEpochs _epochs;
    readonly int _reader;

    internal EpochPin(ReaderEpochs epochs)
    {
        _epochs = epochs;
        _reader = epochs.Claim();
        epochs.Enter(_reader);
    }

    /// <summary>Leaves the epoch. Call once.</summary>
    public void Dispose() => _epochs.Release(_reader);
}
