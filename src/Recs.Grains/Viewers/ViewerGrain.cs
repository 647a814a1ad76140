using System.Runtime.InteropServices;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Items;
using Recs.Grains.Replication;
using Recs.Schema.Http;
using Recs.Schema.Messages;
using Recs.Storage;

namespace Recs.Grains.Viewers;

/// <inheritdoc cref="IViewerGrain"/>
[Reentrant]
sealed class ViewerGrain(
    IViewerStore store, ViewerContexts contexts, ServingState serving, LearningOptions options, TimeProvider time)
    : Grain, IViewerGrain
{
    ViewerState _state = new();
    ViewerContext? _context;
    long _contextModel;
    long _revision;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var payload = await store.LoadAsync(this.GetPrimaryKey(), cancellationToken);
        _state = payload is { } stored ? ViewerState.Decode(stored.Span) : new ViewerState();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        contexts.Withdraw(this.GetPrimaryKey());
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ViewerContext> Context()
    {
        if (!serving.IsServing)
        {
            // A silo that has just joined holds viewers before it has a model: what they have seen is known already.
            return new(new ViewerContext([], Seen()));
        }

        var model = serving.Of(this.GetPrimaryKey());
        if (_context is null || _contextModel != model.Version)
        {
            _context = _state.IsEmpty ? ViewerContext.Unknown : new ViewerContext(model.Vector(_state.Profile, _state.History), Seen());
            _contextModel = model.Version;
            contexts.Publish(this.GetPrimaryKey(), _context, _contextModel);
        }

        return new(_context);
    }

    /// <inheritdoc/>
    public async Task Upsert(UserDocument user)
    {
        _state.Profile = user;
        await Save();
    }

    /// <inheritdoc/>
    public async Task<PatchRefusal[]> Patch(UserPatch[] patches)
    {
        if (_state.IsEmpty)
        {
            return Array.ConvertAll(patches, static _ => PatchRefusal.Unknown);
        }

        var refusals = Array.ConvertAll(patches, Patch);
        if (refusals.Contains(PatchRefusal.None))
        {
            await Save();
        }

        return refusals;
    }

    /// <inheritdoc/>
    public async ValueTask<ViewerDescription?> Describe() => _state.IsEmpty
        ? null
        : new ViewerDescription(_state.Profile, (await Context()).Vector, [.. _state.History.Reverse()]);

    /// <inheritdoc/>
    public ValueTask<ViewerWrite> Apply(long last, byte[] updates, ViewerWrite? unwritten)
    {
        if (unwritten is not null && unwritten.Revision > _revision)
        {
            Remember(ViewerState.Decode(unwritten.Payload), unwritten.Revision);
        }

        if (last > _state.Offset)
        {
            _state.Offset = last;
            _state.Add(MemoryMarshal.Cast<byte, HistoryUpdate>(updates), options.HistoryItemsMax);
        }

        return new(Changed());
    }

    /// <inheritdoc/>
    public async Task<bool> Forget()
    {
        var known = !_state.IsEmpty;
        _state = new ViewerState { Offset = _state.Offset };
        await Save();
        return known;
    }

    PatchRefusal Patch(UserPatch patch)
    {
        var profile = patch.Apply(_state.Profile);
        if (profile.Attributes?.Count > MergePatch.AttributesMax)
        {
            return PatchRefusal.TooManyAttributes;
        }

        _state.Profile = profile;
        return PatchRefusal.None;
    }

    /// <summary>This activation began with what storage had: it takes what an earlier one had told the consumer.</summary>
    void Remember(ViewerState told, long revision)
    {
        if (told.Offset > _state.Offset)
        {
            _state = told;
        }

        _revision = revision;
    }

    async Task Save()
    {
        var write = Changed();
        await store.SaveAsync(
            [new StoredViewer(this.GetPrimaryKey(), write.Revision, write.Payload)], new Dictionary<int, long>(), CancellationToken.None);
    }

    ViewerWrite Changed()
    {
        _context = null;
        contexts.Withdraw(this.GetPrimaryKey());
        // By the clock: a new activation does not know the last revision of the one before.
        _revision = Math.Max(_revision + 1, time.GetUtcNow().UtcTicks);
        return new ViewerWrite(_revision, _state.Encode());
    }

    int[] Seen()
    {
        var rows = _state.History.Select(entry => entry.Row).ToArray();
        Array.Sort(rows);
        return rows;
    }
}
