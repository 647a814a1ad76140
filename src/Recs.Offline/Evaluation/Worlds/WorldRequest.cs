namespace Recs.Offline.Evaluation.Worlds;

/// <summary>One request of the world as a policy sees it.</summary>
/// <param name="Context">Clusters, weights and affinities.</param>
/// <param name="Items">The items connected to any of its clusters, ascending.</param>
public readonly record struct WorldRequest(BanditContext Context, int[] Items);
