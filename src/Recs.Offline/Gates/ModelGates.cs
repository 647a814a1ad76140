using Recs.Schema.Models;

namespace Recs.Offline.Gates;

/// <summary>Everything that stands between a trained model and serving.</summary>
public static class ModelGates
{
    /// <summary>Looks at every gate.</summary>
    /// <param name="input">The candidate, and what it is judged by.</param>
    /// <param name="bounds">Where gates close.</param>
    /// <remarks>
    /// Deterministic given the seed. O(viewers·D² + points·clusters·D + decisions·nominated·D), samples bounded: seconds.
    /// </remarks>
    public static GateReport Run(GateInput input, GateOptions bounds)
    {
        var finite = EmbeddingGates.Finite(input.Candidate);
        List<Gate> gates = [.. DataGates.Of(input, bounds), finite];
        if (finite.Holds)
        {
            gates.AddRange(EmbeddingGates.Of(input, bounds));
            gates.AddRange(ClusterGates.Of(input, bounds));
            gates.AddRange(GraphGates.Of(input, bounds));
            gates.AddRange(GenerationGates.Of(input, bounds));
            gates.Add(ValueGate.Of(input, bounds));
        }

        return GateReport.Of(input.Now, gates);
    }
}
