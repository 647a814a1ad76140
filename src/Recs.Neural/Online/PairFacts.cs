namespace Recs.Neural.Online;

/// <summary>What is known of a viewer and an item besides their embeddings.</summary>
/// <param name="Prior">π in [0, 1].</param>
/// <param name="Baseline">What the network starts from: the edges' mean in a stack, π otherwise. In reward units.</param>
/// <param name="Impressions">How often the item was shown.</param>
/// <param name="KnowsViewer">Whether the viewer has an embedding.</param>
public readonly record struct PairFacts(float Prior, float Baseline, float Impressions, bool KnowsViewer);
