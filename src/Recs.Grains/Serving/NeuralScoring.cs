using System.Numerics.Tensors;
using System.Runtime.InteropServices;

using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Slates;
using Recs.Neural.Online;

namespace Recs.Grains.Serving;

/// <summary>Ranks the candidates of a request by the neural model, from this silo's copy of it.</summary>
/// <remarks>O(n·parameters) and one row looked up per candidate; no lock, no allocation.</remarks>
static class NeuralScoring
{
    /// <summary>
    /// Gives candidates the model's belief: mean, standard deviation, and the score the policy ranks by. The edges' belief stands
    /// until dense weights have reached this silo.
    /// </summary>
    /// <param name="copy">The copy.</param>
    /// <param name="clusterIdBase">Global id of the graph's cluster 0.</param>
    /// <param name="items">How often items were shown.</param>
    /// <param name="viewer">Hash of the viewer's id; empty for an anonymous one.</param>
    /// <param name="clusters">Active clusters, local to the graph, shape [K].</param>
    /// <param name="weights">Their weights, shape [K].</param>
    /// <param name="policy">The policy.</param>
    /// <param name="candidates">With the edges' belief in them; overwritten.</param>
    /// <param name="scratch">Buffers for as many.</param>
    public static void Rank(
        ServingCopy copy, int clusterIdBase, ItemTable items, Guid viewer, ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights,
        SlatePolicy policy, Span<Candidate> candidates, NeuralScratch scratch)
    {
        if (copy.Network is not { } network)
        {
            foreach (ref var candidate in candidates)
            {
                candidate = candidate with { Score = candidate.Mean + Bonus(policy, candidate.Spread) };
            }

            return;
        }

        var knowsViewer = Gather(copy, clusterIdBase, viewer, clusters, weights, scratch);
        for (var at = 0; at < candidates.Length; at++)
        {
            ref readonly var candidate = ref candidates[at];
            scratch.Baselines[at] = copy.IsStacked ? candidate.Mean : candidate.Prior;
            var facts = new PairFacts(candidate.Prior, scratch.Baselines[at], items.ReadTotals(candidate.Item).N, knowsViewer);
            var isKnown = copy.TryReadItem(candidate.Item, scratch.Row);
            NetworkInput.Write(scratch.Taste, isKnown ? scratch.Row : [], facts, scratch.Batch.Input(at));
        }

        Score(network, policy, candidates.Length, scratch);
        for (var at = 0; at < candidates.Length; at++)
        {
            ref var candidate = ref candidates[at];
            var (mean, slope) = network.Heads.Combine(
                network.Scorer.Heads(scratch.Batch, at), scratch.Baselines[at], NetworkInput.Match(scratch.Batch.Input(at), copy.Width));
            var own = copy.IsStacked ? candidate.Spread * candidate.Spread : 0;
            var spread = MathF.Sqrt((slope * slope * scratch.Variances[at]) + own);
            if (float.IsFinite(mean) && float.IsFinite(spread))
            {
                candidate = candidate with { Mean = mean, Spread = spread, Score = mean + Bonus(policy, spread) };
            }
        }
    }

    /// <summary>Heads and Σ g²/U, or for neural-linear Σ w²·φᵀA⁻¹φ.</summary>
    static void Score(ServedNetwork network, SlatePolicy policy, int count, NeuralScratch scratch)
    {
        if (policy.Kind is not PolicyKind.NeuralLinear || network.LastLayer.Length == 0)
        {
            network.Scorer.Score(scratch.Batch, count, scratch.Scores, scratch.Variances.AsSpan(0, count));
            return;
        }

        network.Scorer.Score(scratch.Batch, count, scratch.Scores);
        var squares = TensorPrimitives.SumOfSquares(network.Heads.Weights);
        for (var at = 0; at < count; at++)
        {
            scratch.Variances[at] = squares * LastLayer.Variance(network.LastLayer, network.Scorer.LastHidden(scratch.Batch, at));
        }
    }

    static float Bonus(SlatePolicy policy, float spread) =>
        policy.Kind is PolicyKind.NeuralUcb or PolicyKind.CnUcb ? policy.Alpha * spread : 0;

    static bool Gather(
        ServingCopy copy, int clusterIdBase, Guid viewer, ReadOnlySpan<int> clusters, ReadOnlySpan<float> weights, NeuralScratch scratch)
    {
        Array.Clear(scratch.Taste);
        for (var k = 0; k < clusters.Length; k++)
        {
            if (copy.TryReadCluster(clusterIdBase + clusters[k], scratch.Row))
            {
                TensorPrimitives.MultiplyAdd(scratch.Row, weights[k], scratch.Taste, scratch.Taste);
            }
        }

        if (!copy.TryReadViewer(MemoryMarshal.Read<UInt128>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in viewer))), scratch.Row))
        {
            return false;
        }

        TensorPrimitives.Add(scratch.Taste, scratch.Row, scratch.Taste);
        return true;
    }
}
