using System.Runtime.InteropServices;

using Orleans.Concurrency;

using Recs.Grains.Hosting;
using Recs.Grains.Replication;
using Recs.Schema.Http;
using Recs.Schema.Messages;

namespace Recs.Grains.Viewers;

/// <inheritdoc cref="IViewerGrain"/>
[Reentrant]
sealed class ViewerGrain(ViewerJournal journal, ViewerContexts contexts, ServingState serving, LearningOptions options)
    : Grain, IViewerGrain
{
    ViewerState _state = new();
    ViewerContext? _context;
    long _contextModel;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var payload = await journal.Load(this.GetPrimaryKey(), cancellationToken);
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
        var model = serving.Current;
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
        await Changed(durable: true);
    }

    /// <inheritdoc/>
    public async ValueTask<ViewerDescription?> Describe() => _state.IsEmpty
        ? null
        : new ViewerDescription(_state.Profile, (await Context()).Vector, [.. _state.History.Reverse()]);

    /// <inheritdoc/>
    public async ValueTask Apply(long last, byte[] updates)
    {
        if (last <= _state.Offset)
        {
            return;
        }

        _state.Offset = last;
        _state.Add(MemoryMarshal.Cast<byte, HistoryUpdate>(updates), options.HistoryItemsMax);
        await Changed(durable: false);
    }

    /// <inheritdoc/>
    public async Task<bool> Forget()
    {
        var known = !_state.IsEmpty;
        _state = new ViewerState { Offset = _state.Offset };
        await Changed(durable: true);
        return known;
    }

    Task Changed(bool durable)
    {
        _context = null;
        contexts.Withdraw(this.GetPrimaryKey());
        journal.Put(this.GetPrimaryKey(), _state.Encode());
        return durable ? journal.Flush() : Task.CompletedTask;
    }

    int[] Seen()
    {
        var rows = _state.History.Select(entry => entry.Row).ToArray();
        Array.Sort(rows);
        return rows;
    }
}
