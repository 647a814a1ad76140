namespace Recs.Schema.Messages;

/// <summary>What a shard did with a block of updates.</summary>
public enum ApplyOutcome
{
    /// <summary>The block was added.</summary>
    Applied,

    /// <summary>The shard already had it; nothing changed.</summary>
    Duplicate,

    /// <summary>The shard has not seen what comes before; nothing changed, send from its position again.</summary>
    Gap,
}
