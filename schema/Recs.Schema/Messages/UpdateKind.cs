namespace Recs.Schema.Messages;

/// <summary>The two additions there are, an impression and a reward, in any order; and that a viewer is to be forgotten.</summary>
public enum UpdateKind : byte
{
    Impression = 1,
    Reward = 2,

    /// <summary>To the neural model only, which is the one that knows viewers.</summary>
    Forget = 3,
}
