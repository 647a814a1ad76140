using System.Numerics.Tensors;

namespace Recs.Offline.Embeddings;

/// <summary>G = VᵀV.</summary>
static class Gram
{
    /// <summary>Rows summed on their own before the partial sums are added in order: the result does not depend on threads.</summary>
    const int BlockRows = 2048;

    /// <summary>Gram matrix of the rows that take part.</summary>
    /// <param name="vectors">V, shape [n x D], row-major.</param>
    /// <param name="dims">D.</param>
    /// <param name="takesPart">Which rows count; null for all.</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <returns>Shape [D x D], symmetric.</returns>
    /// <remarks>O(n·D²).</remarks>
    public static float[] Of(float[] vectors, int dims, bool[]? takesPart, ParallelOptions work)
    {
        var rows = vectors.Length / dims;
        var blocks = (rows + BlockRows - 1) / BlockRows;
        var partial = new float[blocks][];
        Parallel.For(0, blocks, work, block =>
        {
            var sum = new float[dims * dims];
            var end = Math.Min(rows, (block + 1) * BlockRows);
            for (var row = block * BlockRows; row < end; row++)
            {
                if (takesPart is null || takesPart[row])
                {
                    AddOuter(vectors.AsSpan(row * dims, dims), sum);
                }
            }

            partial[block] = sum;
        });

        var gram = new float[dims * dims];
        foreach (var sum in partial)
        {
            TensorPrimitives.Add(gram, sum, gram);
        }

        return gram;
    }

    static void AddOuter(ReadOnlySpan<float> vector, Span<float> sum)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            var row = sum.Slice(i * vector.Length, vector.Length);
            TensorPrimitives.MultiplyAdd(vector, vector[i], row, row);
        }
    }
}
