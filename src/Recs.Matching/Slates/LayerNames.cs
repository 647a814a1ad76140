namespace Recs.Matching.Slates;

/// <summary>The names by which callers know the layers.</summary>
public static class LayerNames
{
    static readonly string[] Names = ["bandit", "candidates", "fresh", "neural", "popular"];

    /// <summary>Every name, in the order of <see cref="Layer"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name of a layer; of a number that stands for none, <c>popular</c>, the last.</summary>
    public static string Of(Layer layer) => Names[Math.Min((int)layer, Names.Length - 1)];
}
