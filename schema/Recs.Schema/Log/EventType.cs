namespace Recs.Schema.Log;

/// <summary>What a viewer did. The number is written into the log: never reuse one.</summary>
public enum EventType : byte
{
    Impression = 0,
    Click = 1,
    Watch = 2,
    Like = 3,
    Dislike = 4,
    Share = 5,
    Skip = 6,
    Custom = 7,

    /// <summary>The viewer was deleted: what came before is not to be known any more. Nobody sends it as feedback.</summary>
    Forget = 8,
}
