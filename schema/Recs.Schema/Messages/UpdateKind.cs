namespace Recs.Schema.Messages;

/// <summary>The two additions there are: an impression and a reward, in any order.</summary>
public enum UpdateKind : byte
{
    Impression = 1,
    Reward = 2,
}
