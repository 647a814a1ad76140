using System.Collections.Concurrent;

using Recs.Grains.Replication;

namespace Recs.Grains.Viewers;

/// <summary>
/// Contexts of the viewers whose grains are active in this silo, published by the grains themselves: a request for one
/// of them reads a table instead of calling, and still sees every event the grain has applied.
/// </summary>
/// <remarks>Thread-safe. As many entries as active viewer grains; one leaves with its grain.</remarks>
public sealed class ViewerContexts(IGrainFactory grains)
{
    readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>What is known of a viewer, in the space of the model given.</summary>
    public ValueTask<ViewerContext> Of(Guid viewer, ServingModel model) =>
        _entries.TryGetValue(viewer, out var entry) && entry.Model == model.Version
            ? new(entry.Context)
            : grains.GetGrain<IViewerGrain>(viewer).Context();

    /// <summary>A grain tells what it knows, in the space of a model version.</summary>
    internal void Publish(Guid viewer, ViewerContext context, long model) => _entries[viewer] = new Entry(context, model);

    /// <summary>A grain's state has changed, or it leaves.</summary>
    internal void Withdraw(Guid viewer) => _entries.TryRemove(viewer, out _);

    readonly record struct Entry(ViewerContext Context, long Model);
}
