using System.Runtime.Intrinsics;
using Recs.Matching.Numerics;

namespace Recs.Neural.Combinatorial;

/// <summary>The score f(x) = w2ᵀ · relu(W1 · x), without biases.</summary>
/// <remarks>
/// Hwang, Chai and Oh, ICML 2023 (arXiv:2306.00242), as their released code has it: no factor √m in front, and PyTorch's
/// default start, W1 uniform in ±1/√d and w2 uniform in ±1/√m.
/// </remarks>
public sealed class ScoreNetwork
{
    readonly Matrix _hidden;

    /// <summary>A network with random weights.</summary>
    /// <param name="dimensions">Features d of an arm.</param>
    /// <param name="width">Hidden units m.</param>
    /// <param name="armsMax">Most rows one call scores.</param>
    /// <param name="seed">Seed of the start.</param>
    public ScoreNetwork(int dimensions, int width, int armsMax, ulong seed)
    {
        First = new(dimensions, width);
        Second = new(1, width);
        _hidden = new(armsMax, width);
        var rng = new Rng(seed);
        Fill(First, 1 / MathF.Sqrt(dimensions), ref rng);
        Fill(Second, 1 / MathF.Sqrt(width), ref rng);
    }

    /// <summary>W1 transposed, shape [d, m].</summary>
    public Matrix First { get; }

    /// <summary>w2, shape [1, m].</summary>
    public Matrix Second { get; }

    /// <summary>Features d of an arm.</summary>
    public int Dimensions => First.Rows;

    /// <summary>Hidden units m.</summary>
    public int Width => First.Columns;

    /// <summary>Scores and gradients of a round's arms, cost O(N·d·m).</summary>
    /// <param name="gradients">Its inputs are read, the rest is written.</param>
    /// <param name="scores">Shape [N].</param>
    public void Score(ArmGradients gradients, Span<float> scores)
    {
        var hidden = _hidden.View.Part(0, gradients.Arms, 0, _hidden.Stride);
        Forward(gradients.Inputs.View.Part(0, gradients.Arms, 0, Dimensions), hidden, scores);
        var second = Second.Row(0);
        var scale = 1 / MathF.Sqrt(Width);
        for (var arm = 0; arm < gradients.Arms; arm++)
        {
            var outputs = hidden.Row(arm);
            var gates = gradients.Gates.Row(arm);
            var scaled = gradients.Hidden.Row(arm);
            for (var unit = 0; unit < Width; unit++)
            {
                gates[unit] = outputs[unit] > 0 ? second[unit] * scale : 0;
                scaled[unit] = outputs[unit] * scale;
            }
        }
    }

    /// <summary>Scores of many rows.</summary>
    /// <param name="inputs">Shape [rows, d].</param>
    /// <param name="hidden">Receives the outputs of the hidden units, shape [rows, padded m].</param>
    /// <param name="scores">Shape [rows].</param>
    internal void Forward(MatrixView inputs, MatrixView hidden, Span<float> scores)
    {
        MatrixProduct.Multiply(inputs, First.View, hidden);
        ref var second = ref Second.View.Start;
        for (var row = 0; row < inputs.Rows; row++)
        {
            ref var outputs = ref hidden.Row(row)[0];
            var sum = Vector256<float>.Zero;
            for (nuint at = 0; at < (nuint)hidden.Columns; at += Matrix.Lanes)
            {
                var output = Vector256.Max(Vector256.LoadUnsafe(ref outputs, at), Vector256<float>.Zero);
                output.StoreUnsafe(ref outputs, at);
                sum = Vector256.FusedMultiplyAdd(output, Vector256.LoadUnsafe(ref second, at), sum);
            }

            scores[row] = Vector256.Sum(sum);
        }
    }

    static void Fill(Matrix matrix, float bound, ref Rng rng)
    {
        for (var row = 0; row < matrix.Rows; row++)
        {
            foreach (ref var value in matrix.Row(row))
            {
                value = bound * ((2 * rng.NextSingle()) - 1);
            }
        }
    }
}
