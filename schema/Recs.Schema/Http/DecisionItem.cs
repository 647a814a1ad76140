namespace Recs.Schema.Http;

/// <summary>One item of a decision.</summary>
/// <param name="Id">The item; null when it is not in the catalogue any more.</param>
/// <param name="Position">0-based.</param>
/// <param name="Propensity">Probability of this item here given the positions before.</param>
/// <param name="Prior">π, the probability of reward before feedback.</param>
/// <param name="Source">The layer that nominated it.</param>
/// <param name="Clusters">The active clusters that had an edge to it: those that its feedback updates.</param>
public sealed record DecisionItem(
    string? Id,
    int Position,
    double Propensity,
    double Prior,
    string Source,
    IReadOnlyList<int> Clusters);
