using Recs.Cli.Output;
using Recs.Client;
using Recs.Schema.Http;
using Recs.Schema.Log;

namespace Recs.Cli.Import;

/// <summary>Sends a catalogue and a history in batches, several in flight.</summary>
sealed class Loading(RecsClient client, Terminal terminal)
{
    const int BatchCountMax = 1000;
    const int InFlightMax = 4;

    /// <summary>Items the server would not take.</summary>
    public Refusals ItemRefusals { get; } = new();

    /// <summary>Events the server would not take.</summary>
    public Refusals EventRefusals { get; } = new();

    /// <summary>Sends items.</summary>
    /// <returns>How many were taken.</returns>
    public Task<int> ItemsAsync(IReadOnlyList<ItemDocument> items, CancellationToken cancel) =>
        SendAsync("items", items.Count, items.Chunk(BatchCountMax).Select(batch => new[] { batch }), async batch =>
        {
            var answer = await client.UpsertItemsAsync(batch, cancel);
            ItemRefusals.Add(answer.Rejected, index => batch[index].Id);
            return answer.Upserted;
        }, cancel);

    /// <summary>Sends events; each viewer's arrive in the given order.</summary>
    /// <returns>How many were taken.</returns>
    public Task<int> EventsAsync(IReadOnlyList<FeedbackEvent> events, CancellationToken cancel) =>
        SendAsync("events", events.Count, Lanes(events), async batch =>
        {
            var answer = await client.SendEventsAsync(batch, cancel);
            EventRefusals.Add(answer.Rejected, index => batch[index].EventId ?? batch[index].Type);
            return answer.Accepted;
        }, cancel);

    // A viewer stays in one lane and a lane has one batch in flight, so nobody's history is reordered.
    static IEnumerable<FeedbackEvent[][]> Lanes(IReadOnlyList<FeedbackEvent> events) => events
        .GroupBy(sent => StableKeys.Shard(sent.UserId ?? string.Empty, InFlightMax))
        .Select(lane => lane.Chunk(BatchCountMax).ToArray());

    async Task<int> SendAsync<T>(
        string title, int total, IEnumerable<T[][]> lanes, Func<T[], Task<int>> send, CancellationToken cancel)
    {
        if (total == 0)
        {
            return 0;
        }

        return await terminal.WithProgressAsync(title, total, async progress =>
        {
            var (sent, taken) = (0, 0);
            var options = new ParallelOptions { MaxDegreeOfParallelism = InFlightMax, CancellationToken = cancel };
            await Parallel.ForEachAsync(lanes, options, async (lane, _) =>
            {
                foreach (var batch in lane)
                {
                    Interlocked.Add(ref taken, await send(batch));
                    progress.Report(Interlocked.Add(ref sent, batch.Length));
                }
            });
            return taken;
        });
    }
}
