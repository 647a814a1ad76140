namespace Recs.Schema.Log;

/// <summary>What a log record carries besides its head.</summary>
[Flags]
public enum RecordTraits : byte
{
    None = 0,

    /// <summary>The record carries its decision.</summary>
    Decision = 1,

    /// <summary>The event says that the decision's slate was shown.</summary>
    ImpliesImpression = 2,

    /// <summary>The reward counts against the item: its sign is minus.</summary>
    Negative = 4,
}
