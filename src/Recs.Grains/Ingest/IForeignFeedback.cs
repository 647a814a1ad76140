using Recs.Storage;

namespace Recs.Grains.Ingest;

/// <summary>Takes in what other programs wrote to the log's topic. Safe for any number of callers at once.</summary>
public interface IForeignFeedback
{
    /// <summary>
    /// Appends records of the foreign messages among rows (<see cref="LogBatch.Foreign"/>), checked and valued as if they had
    /// come over HTTP, and sets aside what cannot be taken; both are durable when complete.
    /// </summary>
    /// <param name="partition">The partition of the rows.</param>
    /// <param name="rows">Rows in their order. Taking rows again changes nothing: an event is known by its id or its place.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="IOException">Storage failed, or too much waits to be written; the rows must be taken again.</exception>
    Task Take(int partition, IReadOnlyList<LogBatch> rows, CancellationToken cancel);
}
