namespace Recs.Offline.Evaluation.Worlds;

/// <summary>Choices that learn nothing, on the same candidates as the policies.</summary>
public enum WorldReference
{
    /// <summary>A random candidate.</summary>
    Random,

    /// <summary>The candidate with the largest inner product: what the vectors alone can do.</summary>
    Greedy,

    /// <summary>The candidate with the highest true probability: what no policy can pass.</summary>
    Oracle,
}
