namespace Recs.Neural.Online;

/// <summary>The rows of an example, stepped in place.</summary>
/// <param name="viewer">The viewer's; empty for one without.</param>
/// <param name="item">The item's; empty for one without.</param>
/// <param name="edges">The matched edges'.</param>
readonly ref struct ExampleRows(Span<float> viewer, Span<float> item, EdgeRows edges)
{
    /// <summary>The viewer's.</summary>
    public Span<float> Viewer { get; } = viewer;

    /// <summary>The item's.</summary>
    public Span<float> Item { get; } = item;

    /// <summary>The matched edges'.</summary>
    public EdgeRows Edges { get; } = edges;
}
