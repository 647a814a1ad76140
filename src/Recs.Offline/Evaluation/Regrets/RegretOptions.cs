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

    /// <summary>Seeds evaluated at the same time; does not change any figure.</summary>
    public int Parallelism { get; init; } = 2;
}
