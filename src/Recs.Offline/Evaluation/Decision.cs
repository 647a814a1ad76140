namespace Recs.Offline.Evaluation;

/// <summary>One choice, with all that its feedback needs later.</summary>
/// <param name="Context">The request it was made for; its weights are used again when feedback arrives.</param>
/// <param name="Arm">The arm shown.</param>
/// <param name="Prior">π of that arm when it was shown; 0 for policies without a prior.</param>
public readonly record struct Decision(BanditContext Context, int Arm, double Prior);
