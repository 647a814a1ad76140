using Recs.Grains.Learning;

namespace Recs.Grains.Replication;

/// <summary>This silo's copy of what the population's shard has learned.</summary>
public sealed class PopulationCell : IReplica
{
    PopulationView _view = new(default, [new ModelTally(0, new Prior(0, 1), 0, 0, 0)], 0, 0);

    /// <summary>Everything of one moment, read without a lock.</summary>
    public PopulationView View => Volatile.Read(ref _view);

    /// <inheritdoc/>
    void IReplica.Take(byte[] payload, bool isCopy) => Volatile.Write(ref _view, PopulationStatistics.Decode(payload));
}
