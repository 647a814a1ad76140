namespace Recs.Offline.Evaluation.Generations;

/// <summary>What a generation was like.</summary>
/// <param name="Value">Its true value: expected reward of a decision.</param>
/// <param name="PositiveRate">Share of its decisions that were rewarded.</param>
/// <param name="CalibrationError">|mean prediction − mean chance| over all actions alike.</param>
/// <param name="Divergence">Mean Kullback–Leibler divergence of its distribution from that of the generation before, in nats.</param>
/// <param name="IsRolledBack">Whether its canary was taken back.</param>
/// <param name="Best">Value of always showing the best action, for scale.</param>
public sealed record GenerationOutcome(
    double Value, double PositiveRate, double CalibrationError, double Divergence, bool IsRolledBack, double Best);
