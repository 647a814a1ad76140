using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

using Recs.Grains.Replication;
using Recs.Grains.Telemetry;

namespace Recs.Grains.Viewers;

/// <summary>
/// Contexts of the viewers whose grains are active in this silo, published by the grains themselves: a request for one
/// of them reads a table instead of calling, and still sees every event the grain has applied.
/// </summary>
/// <remarks>Thread-safe. As many entries as active viewer grains; one leaves with its grain.</remarks>
public sealed partial class ViewerContexts(IGrainFactory grains, RecsMetrics metrics, TimeProvider time, ILogger<ViewerContexts> logger)
{
    // Longer than any healthy call takes: a slate by the population's taste now is worth more than a better one too late.
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>
    /// What is known of a viewer, in the space of the model given; nothing when the viewer's grain cannot be reached in time,
    /// or storage has to be asked and does not answer.
    /// </summary>
    public ValueTask<ViewerContext> Of(Guid viewer, ServingModel model) =>
        _entries.TryGetValue(viewer, out var entry) && entry.Model == model.Version
            ? new(entry.Context)
            : Ask(viewer);

    async ValueTask<ViewerContext> Ask(Guid viewer)
    {
        try
        {
            return await grains.GetGrain<IViewerGrain>(viewer).Context().AsTask().WaitAsync(Patience, time);
        }
#pragma warning disable CA1031 // Whatever befalls a viewer's silo, the others go on recommending; it is counted and told.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            metrics.ViewersMissed.Add(1);
            if (reason is not (TimeoutException or OrleansException or IOException))
            {
                LogNotAsked(reason);
            }

            return ViewerContext.Unknown;
        }
    }

    /// <summary>A grain tells what it knows, in the space of a model version.</summary>
    internal void Publish(Guid viewer, ViewerContext context, long model) => _entries[viewer] = new Entry(context, model);

    /// <summary>A grain's state has changed, or it leaves.</summary>
    internal void Withdraw(Guid viewer) => _entries.TryRemove(viewer, out _);

    [LoggerMessage(LogLevel.Warning, "A viewer could not be asked; the slate goes by the population's taste.")]
    partial void LogNotAsked(Exception reason);

    readonly record struct Entry(ViewerContext Context, long Model);
}
