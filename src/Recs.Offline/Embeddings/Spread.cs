using System.Numerics.Tensors;
using Recs.Matching.Numerics;
using Recs.Offline.Clustering;

namespace Recs.Offline.Embeddings;

/// <summary>Where items lie: what is assumed of one that nothing is known about.</summary>
/// <param name="Mean">Mean vector, shape [D].</param>
/// <param name="Radius">Root mean square distance from it.</param>
sealed record Spread(float[] Mean, float Radius)
{
    /// <summary>The spread of the items with history.</summary>
    public static Spread Of(float[] vectors, int dims, VectorSource[] sources)
    {
        var mean = new float[dims];
        var square = 0.0;
        var count = 0;
        for (var item = 0; item < sources.Length; item++)
        {
            if (sources[item] == VectorSource.History)
            {
                var vector = vectors.AsSpan(item * dims, dims);
                TensorPrimitives.Add(mean, vector, mean);
                square += TensorPrimitives.SumOfSquares<float>(vector);
                count++;
            }
        }

        TensorPrimitives.Divide(mean, Math.Max(1, count), mean);
        var variance = (square / Math.Max(1, count)) - TensorPrimitives.SumOfSquares<float>(mean);
        return new(mean, (float)Math.Sqrt(Math.Max(0, variance)));
    }

    /// <summary>Draws a vector: the mean and a random direction of the radius' length.</summary>
    public void Draw(Span<float> vector, Rng rng)
    {
        Seeding.DrawDirection(vector, ref rng);
        TensorPrimitives.MultiplyAdd(vector, Radius, Mean, vector);
    }
}
