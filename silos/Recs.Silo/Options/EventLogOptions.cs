using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>The log of feedback.</summary>
public sealed record EventLogOptions
{
    /// <summary>Default storage: the log is in the same file.</summary>
    [AllowedValues("storage")]
    public string Provider { get; init; } = "storage";

    /// <summary>Partitions of a new log; one that exists keeps its own. Default 4.</summary>
    [Range(1, 64)]
    public int Partitions { get; init; } = 4;

    /// <summary>Days that the log keeps an event at least. This version deletes none. Default 30.</summary>
    [Range(1, 36_500)]
    public int RetentionDays { get; init; } = 30;
}
