namespace Recs.Storage;

/// <summary>Keeps what others wrote to the log's topic and nobody could take. Safe for any number of callers at once.</summary>
/// <remarks>Every method throws <see cref="IOException"/> when storage fails.</remarks>
public interface IDeadLetterStore
{
    /// <summary>Bytes kept of a letter; the rest is cut off.</summary>
    const int PayloadBytesMax = 64 * 1024;

    /// <summary>Letters kept; beyond it the oldest go.</summary>
    const int LettersMax = 100_000;

    /// <summary>Keeps letters; durable when complete. A part of a message that is kept already stays as it is.</summary>
    /// <returns>How many were new.</returns>
    ValueTask<int> AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancel);

    /// <summary>The newest letters, newest first.</summary>
    /// <param name="countMax">Most letters, at least 1.</param>
    /// <param name="cancel">Gives up.</param>
    ValueTask<IReadOnlyList<DeadLetter>> LatestAsync(int countMax, CancellationToken cancel);
}
