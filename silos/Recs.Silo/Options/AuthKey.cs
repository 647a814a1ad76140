using System.ComponentModel.DataAnnotations;

namespace Recs.Silo.Options;

/// <summary>A key and what it may do.</summary>
public sealed record AuthKey
{
    /// <summary>The key itself, at least 16 characters. Never logged.</summary>
    [Required]
    [MinLength(16)]
    public string Key { get; init; } = "";

    /// <summary>What the key is called in logs and limits.</summary>
    public string Name { get; init; } = "";

    /// <summary>serve, catalogue, admin.</summary>
    [MinLength(1)]
    public List<string> Roles { get; init; } = [];
}
