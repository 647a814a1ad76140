using Recs.Offline.Gates;

namespace Recs.Offline;

/// <summary>What a training is to do.</summary>
/// <param name="Options">Settings of the training.</param>
/// <param name="Bounds">Bounds of the gates; the report is part of the manifest.</param>
public sealed record RetrainOrder(RetrainOptions Options, GateOptions Bounds)
{
    /// <summary>How much of the log counts, by when it was written; null for all.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Share of the viewers the model shall serve: 0 none, 1 all of them at once, between them as a canary.</summary>
    public double Share { get; init; }

    /// <summary>Where finished steps are left, so that a killed training can be taken up; null for nowhere.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Folder of the Parquet archive to train on instead of the store's catalogue and log; null for those.</summary>
    public string? Archive { get; init; }
}
