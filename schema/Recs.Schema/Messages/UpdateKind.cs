namespace Recs.Schema.Messages;

/// <summary>The additions there are, impressions, rewards and penalties, in any order; and that a viewer is to be forgotten.</summary>
public enum UpdateKind : byte
{
    Impression = 1,
    Reward = 2,

    /// <summary>To the neural model only, which is the one that knows viewers.</summary>
    Forget = 3,

    /// <summary>A reward below zero: its magnitude is taken away.</summary>
    Penalty = 4,
}
