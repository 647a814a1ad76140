using Recs.Storage;

namespace Recs.Offline.Joins;

/// <summary>What a store holds, as a training and the gates after it see it.</summary>
/// <param name="Items">The catalogue without deleted items.</param>
/// <param name="Interactions">Who met which item with what reward.</param>
/// <param name="Feedback">What decisions showed and earned.</param>
/// <param name="Extent">How much of the log was read.</param>
public sealed record StoredData(
    IReadOnlyList<RetrainItem> Items, Interactions Interactions, BanditFeedback Feedback, LogExtent Extent)
{
    /// <summary>Reads the catalogue, and the log once.</summary>
    /// <param name="catalogue">Items.</param>
    /// <param name="log">What viewers did.</param>
    /// <param name="since">Rows of the log written before are left out.</param>
    /// <param name="now">Decides what has expired and what is matured.</param>
    /// <param name="attribution">A reward counts up to this long after its decision.</param>
    /// <param name="rowsMax">Shown items that are kept, the most recent.</param>
    /// <param name="progress">Told where it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="ends">How far to read each partition of the log; null for all there is.</param>
    /// <exception cref="InvalidDataException">Something stored is damaged; the message says what.</exception>
    /// <exception cref="IOException">Storage failed.</exception>
    public static async Task<StoredData> ReadAsync(
        ICatalogueStore catalogue, IEventLog log, DateTimeOffset since, DateTimeOffset now, TimeSpan attribution, int rowsMax,
        IProgress<RetrainProgress>? progress, CancellationToken cancel, IReadOnlyList<long>? ends = null)
    {
        var items = new List<RetrainItem>();
        await foreach (var stored in catalogue.ReadAsync(cancel))
        {
            if (StoredItems.Read(stored, now) is { } item)
            {
                items.Add(item);
            }
        }

        var interactions = new Interactions();
        var decisions = new FeedbackJoin(attribution, rowsMax);
        var sink = new FoldSinks(new LogJoin(interactions), decisions);
        var extent = await StoredLog.ReadAsync(log, since, sink, progress, cancel, ends);
        return new(items, interactions, decisions.Build(now, items.Select(item => item.Row).Order().ToArray()), extent);
    }
}
