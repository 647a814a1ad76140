namespace Recs.Grains.Ingest;

/// <summary>How one type of event becomes a reward.</summary>
/// <param name="Value">The reward of any such event, in [−1, 1].</param>
/// <param name="FullAt">When above 0, the reward grows with the event's own value and reaches <paramref name="Value"/> here.</param>
public readonly record struct RewardRule(double Value, double FullAt)
{
    /// <summary>The reward of an event.</summary>
    /// <param name="value">The event's own number (seconds watched, a custom value); null counts as 0.</param>
    public double Of(double? value) => FullAt > 0 ? Value * Math.Clamp((value ?? 0) / FullAt, 0, 1) : Value;
}
