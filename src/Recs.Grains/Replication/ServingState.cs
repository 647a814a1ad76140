using Recs.Matching.Graph;

namespace Recs.Grains.Replication;

/// <summary>What this silo serves from: the model of the moment, the one being prepared, and the items.</summary>
/// <remarks>Readers take <see cref="Current"/> once per request, so no request sees two graph versions.</remarks>
public sealed class ServingState(ItemTable items, ReaderEpochs epochs)
{
    ServingModel[] _live = [];
    ServingModel? _current;

    /// <summary>The model that requests are served from.</summary>
    /// <exception cref="InvalidOperationException">No model has been published yet.</exception>
    public ServingModel Current =>
        Volatile.Read(ref _current) ?? throw new InvalidOperationException("No model serves yet.");

    /// <summary>Whether a model serves.</summary>
    public bool IsServing => Volatile.Read(ref _current) is not null;

    /// <summary>Models that updates are written to: the current one and one being prepared.</summary>
    public IReadOnlyList<ServingModel> Live => Volatile.Read(ref _live);

    /// <summary>Effects and eligibility of every item.</summary>
    public ItemTable Items => items;

    /// <summary>The process's reclamation.</summary>
    public ReaderEpochs Epochs => epochs;

    /// <summary>Lets updates reach a model before requests do.</summary>
    public void Prepare(ServingModel next)
    {
        var current = Volatile.Read(ref _current);
        Volatile.Write(ref _live, current is null ? [next] : [current, next]);
    }

    /// <summary>Serves from a prepared model.</summary>
    /// <returns>The model that served before; its owner disposes of it when its last request is over.</returns>
    public ServingModel? Publish(ServingModel next)
    {
        var previous = Interlocked.Exchange(ref _current, next);
        Volatile.Write(ref _live, [next]);
        return previous;
    }
}
