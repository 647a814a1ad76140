using Recs.Grains.Hosting;
using Recs.Neural.Online;

namespace Recs.Grains.Replication;

/// <summary>
/// This silo's copy of the neural model: of its learner and of every owner of its rows. States are absolute: a copy is taken over
/// what is there, and what it does not have of an owner's viewers is forgotten.
/// </summary>
public sealed class NeuralReplica(ServingCopy copy) : IReplica
{
    readonly Lock _turn = new();

    /// <summary>The part that follows an owner of viewers' rows.</summary>
    /// <param name="shard">The owner.</param>
    internal IReplica ViewersOf(int shard) => new ViewerPart(this, shard);

    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy) => Take(payload, null);

    void Take(byte[] payload, HashSet<UInt128>? viewers)
    {
        // Every owner has a follower of its own, the tables one writer; requests read without it.
        lock (_turn)
        {
            copy.Take(payload, viewers);
        }
    }

    void KeepViewers(int shard, HashSet<UInt128> kept)
    {
        lock (_turn)
        {
            copy.KeepViewers(shard, Shards.ViewerCount, kept);
        }
    }

    /// <summary>Who was forgotten while nobody listened is in no copy.</summary>
    sealed class ViewerPart(NeuralReplica replica, int shard) : IReplica
    {
        readonly HashSet<UInt128> _copied = [];

        /// <inheritdoc/>
        public void Begin() => _copied.Clear();

        /// <inheritdoc/>
        public void Take(byte[] payload, bool isCopy) => replica.Take(payload, isCopy ? _copied : null);

        /// <inheritdoc/>
        public void End()
        {
            replica.KeepViewers(shard, _copied);
            _copied.Clear();
            _copied.TrimExcess();
        }
    }
}
