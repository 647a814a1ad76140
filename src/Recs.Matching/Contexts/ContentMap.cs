using System.Numerics.Tensors;
using Recs.Matching.Numerics;

namespace Recs.Matching.Contexts;

/// <summary>
/// A linear map from content features to the model's space: how items without feedback, and a catalogue without a
/// model, get vectors. Immutable and thread-safe.
/// </summary>
public sealed class ContentMap
{
    readonly float[] _weights;

    /// <summary>A map as the offline job learned it.</summary>
    /// <param name="buckets">F ≥ 0.</param>
    /// <param name="embedding">E ≥ 0.</param>
    /// <param name="dims">D ≥ 1.</param>
    /// <param name="weights">Shape [(F + E) x D], row-major; owned by the map from here on.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public ContentMap(int buckets, int embedding, int dims, float[] weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(buckets);
        ArgumentOutOfRangeException.ThrowIfNegative(embedding);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dims);
        if (weights.Length != (long)(buckets + embedding) * dims)
        {
            throw new ArgumentException($"expected {(long)(buckets + embedding) * dims} weights, got {weights.Length}", nameof(weights));
        }

        (Buckets, Embedding, Dims, _weights) = (buckets, embedding, dims, weights);
    }

    /// <summary>F: hashed features.</summary>
    public int Buckets { get; }

    /// <summary>E: length of a given embedding.</summary>
    public int Embedding { get; }

    /// <summary>D: length of the model's vectors.</summary>
    public int Dims { get; }

    /// <summary>F + E: length of what <see cref="ContentFeatures.Encode"/> writes.</summary>
    public int Features => Buckets + Embedding;

    /// <summary>The map's numbers, shape [(F + E) x D], row-major.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>
    /// The map of a catalogue without a model: nearness in content and in the given embeddings is kept, nothing is
    /// learned. Buckets go to random signs divided by √D. Embeddings are kept as they are when E ≤ D (padded with
    /// zeros), otherwise projected on D random orthonormal directions.
    /// </summary>
    /// <param name="buckets">F.</param>
    /// <param name="embedding">E.</param>
    /// <param name="dims">D.</param>
    /// <param name="seed">The same seed gives the same map in every process.</param>
    public static ContentMap Seeded(int buckets, int embedding, int dims, ulong seed)
    {
        var weights = new float[(buckets + embedding) * dims];
        var rng = new Rng(seed);
        var sign = 1 / MathF.Sqrt(dims);
        foreach (ref var weight in weights.AsSpan(0, buckets * dims))
        {
            weight = (rng.Next() >> 63) == 0 ? sign : -sign;
        }

        var given = weights.AsSpan(buckets * dims);
        if (embedding <= dims)
        {
            for (var i = 0; i < embedding; i++)
            {
                given[(i * dims) + i] = 1;
            }
        }
        else
        {
            Project(given, embedding, dims, ref rng);
        }

        return new(buckets, embedding, dims, weights);
    }

    /// <summary>Maps features to a unit vector.</summary>
    /// <param name="features">Shape [F + E].</param>
    /// <param name="vector">Receives shape [D].</param>
    /// <returns>False when the features say nothing; the vector is zeros then.</returns>
    /// <remarks>O(D · non-zero features), no allocation.</remarks>
    public bool Apply(ReadOnlySpan<float> features, Span<float> vector)
    {
        vector.Clear();
        for (var i = 0; i < features.Length; i++)
        {
            if (features[i] != 0)
            {
                TensorPrimitives.MultiplyAdd(_weights.AsSpan(i * Dims, Dims), features[i], vector, vector);
            }
        }

        return UnitVector.Normalise(vector);
    }

    /// <summary>Fills shape [E x D] with D orthonormal columns: Gaussian draws, made orthogonal by modified Gram-Schmidt.</summary>
    static void Project(Span<float> given, int embedding, int dims, ref Rng rng)
    {
        var columns = new float[dims * embedding];
        for (var d = 0; d < dims; d++)
        {
            var column = columns.AsSpan(d * embedding, embedding);
            foreach (ref var part in column)
            {
                part = (float)rng.NextGaussian();
            }

            for (var before = 0; before < d; before++)
            {
                var other = columns.AsSpan(before * embedding, embedding);
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<float>(other, column), column, column);
            }

            UnitVector.Normalise(column);
            for (var e = 0; e < embedding; e++)
            {
                given[(e * dims) + d] = column[e];
            }
        }
    }
}
