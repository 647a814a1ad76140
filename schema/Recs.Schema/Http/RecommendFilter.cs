namespace Recs.Schema.Http;

/// <summary>What must not, or may only, appear in a slate.</summary>
public sealed record RecommendFilter
{
    /// <summary>Only items with at least one of these.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Ids that must not appear.</summary>
    public IReadOnlyList<string>? ExcludeItems { get; init; }

    /// <summary>Whether items in the viewer's history are left out; true when absent.</summary>
    public bool? ExcludeSeen { get; init; }
}
