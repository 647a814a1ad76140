namespace Recs.Schema.Log;

/// <summary>What a shown item gains when one of its signals counts for the first time, or counts for more than before.</summary>
/// <param name="Type">The signal's type; <see cref="EventType.Impression"/> for what being shown earns by itself.</param>
/// <param name="Before">What the signal had earned, r · 65535; 0 when it had not counted.</param>
/// <param name="After">What it has earned now, r · 65535, of the same sign; its magnitude never shrinks.</param>
public readonly record struct RewardStep(EventType Type, int Before, int After)
{
    /// <summary>What is added to the sums, r · 65535 in [−65535, 65535].</summary>
    public int Delta => After - Before;

    /// <summary>Whether it is what the impression earns by itself and no event of the viewer.</summary>
    public bool IsBase => Type == EventType.Impression;
}
