using System.Diagnostics;
using System.Numerics.Tensors;

namespace Recs.Matching.Contexts;

/// <summary>
/// The normal equations of implicit alternating least squares for one row, solved by conjugate gradients:
/// (G + λI + Σᵢ (cᵢ − 1)·vᵢvᵢᵀ)·u = Σᵢ cᵢ·vᵢ. Hu, Koren and Volinsky, ICDM 2008; Takács, Pilászy and Tikk, RecSys 2011.
/// </summary>
public static class ImplicitSystem
{
    /// <summary>Improves u by a number of conjugate-gradient steps; D steps solve the system up to rounding.</summary>
    /// <param name="gram">G = VᵀV over all rows, shape [D x D], row-major, symmetric.</param>
    /// <param name="vectors">V, shape [n x D], row-major.</param>
    /// <param name="rows">Rows of V this row was seen with, shape [m].</param>
    /// <param name="confidences">c, shape [m], same order, each ≥ 1; the target of every one of them is 1.</param>
    /// <param name="ridge">λ > 0.</param>
    /// <param name="steps">Conjugate-gradient steps; 3 are enough for ALS.</param>
    /// <param name="u">The first guess on entry (zeros will do), the solution on return, shape [D].</param>
    /// <param name="scratch">Work space, shape [3·D] or more.</param>
    /// <remarks>O(steps·(D² + m·D)), no allocation.</remarks>
    public static void Solve(
        ReadOnlySpan<float> gram, ReadOnlySpan<float> vectors, ReadOnlySpan<int> rows,
        ReadOnlySpan<float> confidences, float ridge, int steps, Span<float> u, Span<float> scratch)
    {
        var dims = u.Length;
        Debug.Assert(gram.Length == dims * dims, "the Gram matrix is D x D");
        Debug.Assert(rows.Length == confidences.Length, "one confidence per row");
        var residual = scratch[..dims];
        var direction = scratch.Slice(dims, dims);
        var product = scratch.Slice(2 * dims, dims);

        // r = Σ c·v − A·u, with Σ c·v folded into the same pass over the rows.
        Multiply(gram, vectors, rows, confidences, ridge, u, residual);
        TensorPrimitives.Negate(residual, residual);
        for (var i = 0; i < rows.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(vectors.Slice(rows[i] * dims, dims), confidences[i], residual, residual);
        }

        residual.CopyTo(direction);
        var square = TensorPrimitives.Dot<float>(residual, residual);
        for (var step = 0; step < steps && square > 1e-20f; step++)
        {
            Multiply(gram, vectors, rows, confidences, ridge, direction, product);
            var length = square / TensorPrimitives.Dot<float>(direction, product);
            TensorPrimitives.MultiplyAdd(direction, length, u, u);
            TensorPrimitives.MultiplyAdd(product, -length, residual, residual);
            var next = TensorPrimitives.Dot<float>(residual, residual);
            TensorPrimitives.MultiplyAdd(direction, next / square, residual, direction);
            square = next;
        }
    }

    /// <summary>A·x = G·x + λx + Σᵢ (cᵢ − 1)·⟨vᵢ, x⟩·vᵢ.</summary>
    static void Multiply(
        ReadOnlySpan<float> gram, ReadOnlySpan<float> vectors, ReadOnlySpan<int> rows,
        ReadOnlySpan<float> confidences, float ridge, ReadOnlySpan<float> x, Span<float> result)
    {
        var dims = x.Length;
        for (var row = 0; row < dims; row++)
        {
            result[row] = TensorPrimitives.Dot(gram.Slice(row * dims, dims), x);
        }

        TensorPrimitives.MultiplyAdd(x, ridge, result, result);
        for (var i = 0; i < rows.Length; i++)
        {
            var vector = vectors.Slice(rows[i] * dims, dims);
            var weight = (confidences[i] - 1) * TensorPrimitives.Dot(vector, x);
            TensorPrimitives.MultiplyAdd(vector, weight, result, result);
        }
    }
}
