using System.Numerics.Tensors;

namespace Recs.Neural.Online;

/// <summary>
/// How a viewer and an item become the input of the network: h, e, h∘e and a few numbers that are known of every pair, where h is
/// the weighted sum of the active clusters' embeddings plus the viewer's, and e is the item's.
/// </summary>
public static class NetworkInput
{
    /// <summary>Places behind the embeddings.</summary>
    public const int SideLength = 16;

    const float ImpressionScale = 0.25f;
    const float ProbabilityMin = 0.002f;

    /// <summary>Length of the input for embeddings of a width.</summary>
    public static int Length(int width) => (3 * width) + SideLength;

    /// <summary>Writes an input. O(width), no allocation.</summary>
    /// <param name="taste">h, shape [E].</param>
    /// <param name="item">e, shape [E]; empty for an item without an embedding.</param>
    /// <param name="side">What else is known.</param>
    /// <param name="input">Shape [3·E + 16].</param>
    public static void Write(ReadOnlySpan<float> taste, ReadOnlySpan<float> item, in PairFacts side, Span<float> input)
    {
        var width = taste.Length;
        taste.CopyTo(input);
        if (item.IsEmpty)
        {
            input[width..(3 * width)].Clear();
        }
        else
        {
            item.CopyTo(input[width..]);
            TensorPrimitives.Multiply(taste, item, input[(2 * width)..]);
        }

        var rest = input[(3 * width)..];
        rest.Clear();
        rest[0] = LogOdds(side.Prior);
        rest[1] = LogOdds(side.Baseline);
        rest[2] = ImpressionScale * MathF.Log(1 + side.Impressions);
        rest[3] = item.IsEmpty ? 0 : 1;
        rest[4] = side.KnowsViewer ? 1 : 0;
    }

    /// <summary>
    /// ⟨h, e⟩ over the second half of the embeddings: added to every head, so that what factors tell is learned at the pace of
    /// factors (Guo et al., DeepFM, IJCAI 2017). The first half is the network's alone: what factors cannot tell would be drowned.
    /// </summary>
    public static float Match(ReadOnlySpan<float> input, int width) => TensorPrimitives.Sum(input[((2 * width) + MatchAt(width))..(3 * width)]);

    /// <summary>Where in an embedding the factors begin.</summary>
    public static int MatchAt(int width) => width / 2;

    /// <summary>ln(p/(1 − p)), p kept 0.002 away from 0 and 1.</summary>
    public static float LogOdds(float probability)
    {
        var p = Math.Clamp(probability, ProbabilityMin, 1 - ProbabilityMin);
        return MathF.Log(p / (1 - p));
    }
}
