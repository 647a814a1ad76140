namespace Recs.Offline.Evaluation.Generations;

/// <summary>A logged decision.</summary>
/// <param name="Generation">Which generation decided.</param>
/// <param name="Context">Shape [D].</param>
/// <param name="Action">What was shown.</param>
/// <param name="Propensity">With which probability.</param>
/// <param name="Seen">Whether a reward has come until the next training.</param>
/// <param name="IsMatured">Whether it would have come by then if it was to come.</param>
/// <param name="IsUniform">Whether the decision belongs to the uniform slice.</param>
public readonly record struct GenerationRow(
    int Generation, double[] Context, int Action, double Propensity, bool Seen, bool IsMatured, bool IsUniform);
