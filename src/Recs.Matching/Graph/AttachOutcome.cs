namespace Recs.Matching.Graph;

/// <summary>What became of an edge that was to be attached.</summary>
public enum AttachOutcome
{
    /// <summary>The edge is there now, untried.</summary>
    Attached,

    /// <summary>The edge was there already and keeps its sums.</summary>
    AlreadyAttached,

    /// <summary>The cluster holds as many edges as one may; counted by <see cref="EdgeTable.RefusedCount"/>.</summary>
    Full,

    /// <summary>The table is disposed.</summary>
    Disposed,
}
