using Recs.Grains.Hosting;

namespace Recs.Grains.Learning;

/// <summary>Tells a shard when it belongs on another silo. Safe for any number of shards at once.</summary>
/// <remarks>
/// A shard that moves is durable first; its new owner goes on from there, and replicas copy it again. So a move waits until
/// the set of silos has not changed for a while.
/// </remarks>
sealed class ShardHome(ISiloStatusOracle silos, TimeProvider time)
{
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    readonly Lock _turn = new();
    HashSet<SiloAddress> _active = [];
    long _since;

    /// <summary>Whether a shard of this silo should move.</summary>
    public bool IsElsewhere(GrainId shard)
    {
        lock (_turn)
        {
            var active = silos.GetApproximateSiloStatuses(onlyActive: true).Keys;
            if (!_active.SetEquals(active))
            {
                (_active, _since) = ([.. active], time.GetTimestamp());
            }

            return _active.Contains(silos.SiloAddress) && time.GetElapsedTime(_since) > Settled
                && !SpreadPlacement.Home(shard, _active).Equals(silos.SiloAddress);
        }
    }
}
