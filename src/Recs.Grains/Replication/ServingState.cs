using System.Runtime.InteropServices;

using Recs.Matching.Graph;

namespace Recs.Grains.Replication;

/// <summary>What this silo serves from: the models of the moment, the one being prepared, and the items.</summary>
/// <remarks>A request takes its model once, so no request sees two graph versions.</remarks>
public sealed class ServingState(ItemTable items, ReaderEpochs epochs)
{
    ServingModel[] _live = [];
    Route? _route;
    long _anonymous;

    /// <summary>The active model.</summary>
    /// <exception cref="InvalidOperationException">No model has been published yet.</exception>
    public ServingModel Current => Now.Active;

    /// <summary>The model on trial beside the active one, null without a trial.</summary>
    public ServingModel? Canary => Volatile.Read(ref _route)?.Canary;

    /// <summary>Share of the viewers that the canary serves.</summary>
    public double CanaryShare => Volatile.Read(ref _route)?.Share ?? 0;

    /// <summary>Whether a model serves.</summary>
    public bool IsServing => Volatile.Read(ref _route) is not null;

    /// <summary>Models that updates are written to: those that serve and one being prepared.</summary>
    public IReadOnlyList<ServingModel> Live => Volatile.Read(ref _live);

    /// <summary>Effects and eligibility of every item.</summary>
    public ItemTable Items => items;

    /// <summary>The process's reclamation.</summary>
    public ReaderEpochs Epochs => epochs;

    Route Now => Volatile.Read(ref _route) ?? throw new InvalidOperationException("No model serves yet.");

    /// <summary>
    /// The model that serves a viewer: every silo gives a viewer the same one as long as a trial lasts, and another trial
    /// meets other viewers. Requests without a viewer are dealt out one by one.
    /// </summary>
    /// <exception cref="InvalidOperationException">No model has been published yet.</exception>
    public ServingModel Of(Guid viewer)
    {
        var now = Now;
        if (now.Canary is not { } canary)
        {
            return now.Active;
        }

        var key = viewer == Guid.Empty
            ? (ulong)Interlocked.Increment(ref _anonymous)
            : MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in viewer)));
        return Mix(key + ((ulong)canary.Version * 0x9E3779B97F4A7C15)) < now.Share * ulong.MaxValue ? canary : now.Active;
    }

    /// <summary>Lets updates reach a model before requests do.</summary>
    public void Prepare(ServingModel next) => Volatile.Write(ref _live, [.. _live, next]);

    /// <summary>Serves from prepared models.</summary>
    /// <param name="active">The model of every viewer whom the canary does not serve.</param>
    /// <param name="canary">The model on trial, or null.</param>
    /// <param name="share">Share of the viewers it serves, in [0, 1].</param>
    /// <returns>The models that serve no more; their owner disposes of them when their last requests are over.</returns>
    public IReadOnlyList<ServingModel> Publish(ServingModel active, ServingModel? canary = null, double share = 0)
    {
        ServingModel[] next = canary is null ? [active] : [active, canary];
        Volatile.Write(ref _route, new Route(active, canary, share));
        var before = Interlocked.Exchange(ref _live, next);
        return [.. before.Except(next)];
    }

    /// <summary>SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014): neighbouring keys land anywhere.</summary>
    static ulong Mix(ulong key)
    {
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        return key ^ (key >> 31);
    }

    sealed record Route(ServingModel Active, ServingModel? Canary, double Share);
}
