namespace Recs.Offline.Evaluation.Fresh;

/// <summary>What one run came to from <see cref="FreshWorld.FirstDay"/> on; clicks are true probabilities, so the coins add no noise.</summary>
/// <param name="Clicks">Clicks per 1000 requests.</param>
/// <param name="FreshClicks">Of them, on items in the first two days of their life.</param>
/// <param name="Direct">Part of all clicks that the explored positions lost against the run's other positions; their own cost.</param>
/// <param name="Seen">DUIC@10: distinct items with at least ten impressions in a day, mean over days.</param>
/// <param name="Discovered">Items with at least ten clicks outside the explored positions in their life, of those whose life ended in the run.</param>
public readonly record struct FreshOutcome(double Clicks, double FreshClicks, double Direct, double Seen, double Discovered);
