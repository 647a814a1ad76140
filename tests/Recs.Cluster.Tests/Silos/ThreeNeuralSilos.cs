namespace Recs.Cluster.Tests.Silos;

/// <summary>Three silos that share the neural model: with one partition the log alone says in which order it has learned.</summary>
public sealed class ThreeNeuralSilos : ThreeSilos
{
    /// <inheritdoc/>
    protected override string[] LogSettings => ["--Recs:Neural:Enabled=true", "--Recs:EventLog:Partitions=1", "--Recs:Neural:ViewersMax=30"];
}
