using Recs.Neural.Online;

namespace Recs.Grains.Replication;

/// <summary>This silo's copy of the neural model. Its states are absolute: a copy is taken over what is there.</summary>
public sealed class NeuralReplica(ServingCopy copy) : IReplica
{
    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy) => copy.Take(payload);
}
