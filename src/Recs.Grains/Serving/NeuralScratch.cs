using Recs.Matching.Slates;
using Recs.Neural.Networks;
using Recs.Neural.Online;

namespace Recs.Grains.Serving;

/// <summary>Buffers of one request that the neural model ranks.</summary>
sealed class NeuralScratch(ServingCopy copy, int candidatesMax) : IDisposable
{
    /// <summary>Inputs and what the layers make of them.</summary>
    public BatchScratch Batch { get; } = new(copy.Shape, candidatesMax);

    /// <summary>Candidates of all layers, each once.</summary>
    public Candidate[] Blend { get; } = new Candidate[candidatesMax];

    /// <summary>Their rows.</summary>
    public HashSet<int> Rows { get; } = new(candidatesMax);

    /// <summary>h, the viewer's embedding and the clusters'.</summary>
    public float[] Taste { get; } = new float[copy.Width];

    /// <summary>One embedding.</summary>
    public float[] Row { get; } = new float[copy.Width];

    /// <summary>The edges' mean of each candidate, or its prior.</summary>
    public float[] Baselines { get; } = new float[candidatesMax];

    /// <summary>Scores of the network, which are not used: its heads are.</summary>
    public float[] Scores { get; } = new float[candidatesMax];

    /// <summary>Σ g²/U of each candidate.</summary>
    public float[] Variances { get; } = new float[candidatesMax];

    /// <summary>Adds those that are not in the blend yet, as far as there is room.</summary>
    /// <param name="candidates">Of one layer.</param>
    /// <param name="count">How many the blend has.</param>
    /// <returns>How many it has then.</returns>
    public int Add(ReadOnlySpan<Candidate> candidates, int count)
    {
        foreach (ref readonly var candidate in candidates)
        {
            if (count == Blend.Length)
            {
                break;
            }

            if (Rows.Add(candidate.Item))
            {
                Blend[count++] = candidate;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => Batch.Dispose();
}
