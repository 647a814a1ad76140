namespace Recs.Offline.Evaluation.HoldOut;

/// <summary>One viewer on both sides of the split.</summary>
/// <param name="Liked">Items rewarded in the past, shape [m].</param>
/// <param name="Met">Items met in the past: they are not recommended again.</param>
/// <param name="Next">Items rewarded after the split that were not met before it.</param>
public sealed record HeldOutViewer(int[] Liked, IReadOnlySet<int> Met, IReadOnlySet<int> Next);
