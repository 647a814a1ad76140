namespace Recs.Offline.Evaluation.Regrets;

/// <summary>How a full-information table is played.</summary>
public sealed record RegretOptions
{
    /// <summary>Decisions per run, ≥ 1.</summary>
    public int Rounds { get; init; } = 20_000;

    /// <summary>Decisions by which feedback is late, ≥ 0.</summary>
    public int Delay { get; init; }

    /// <summary>An arm is shown to a row at most once; rows come in random order, each once per cycle.</summary>
    public bool NoRepeats { get; init; }

    /// <summary>C: clusters of contexts for the diagonal and hierarchical policies.</summary>
    public int Clusters { get; init; } = 64;

    /// <summary>K: clusters one request belongs to.</summary>
    public int ActiveClusters { get; init; } = 5;

    /// <summary>τ of the cluster weights.</summary>
    public double Temperature { get; init; } = 0.5;

    /// <summary>Seeds evaluated at the same time; does not change any figure.</summary>
    public int Parallelism { get; init; } = 2;
}
