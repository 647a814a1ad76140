namespace Recs.Grains.Viewers;

/// <summary>What a recommendation needs to know about a viewer. Shared, never written to.</summary>
/// <param name="Vector">Unit vector u in the model's space, shape [D]; empty for a viewer without a taste yet.</param>
/// <param name="Seen">Catalogue rows in the viewer's history, ascending, distinct.</param>
[GenerateSerializer]
[Alias("Recs.ViewerContext")]
[Immutable]
public sealed record ViewerContext(
    [property: Id(0)] float[] Vector,
    [property: Id(1)] int[] Seen)
{
    /// <summary>A viewer of whom nothing is known.</summary>
    public static ViewerContext Unknown { get; } = new([], []);
}
