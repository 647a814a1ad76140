using System.Numerics.Tensors;

namespace Recs.Matching.Contexts;

/// <summary>Vectors of length one: what centroids, items and viewers are compared as.</summary>
public static class UnitVector
{
    /// <summary>Scales a vector to length one in place.</summary>
    /// <returns>False when it has no direction (zero or not finite); it is zeros then.</returns>
    public static bool Normalise(Span<float> vector)
    {
        if (vector.IsEmpty)
        {
            return false;
        }

        // Scaling by the largest part first keeps the squares in range.
        var largest = TensorPrimitives.MaxMagnitude<float>(vector);
        if (largest != 0 && float.IsFinite(largest))
        {
            TensorPrimitives.Divide(vector, Math.Abs(largest), vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return true;
        }

        vector.Clear();
        return false;
    }
}
