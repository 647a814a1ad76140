using Recs.Neural.Online;

namespace Recs.Grains.Replication;

/// <summary>
/// This silo's copy of the neural model: of its learner and of every owner of its rows. States are absolute: a copy is taken over
/// what is there.
/// </summary>
public sealed class NeuralReplica(ServingCopy copy) : IReplica
{
    readonly Lock _turn = new();

    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy)
    {
        // Every owner has a follower of its own, the tables one writer; requests read without it.
        lock (_turn)
        {
            copy.Take(payload);
        }
    }
}
