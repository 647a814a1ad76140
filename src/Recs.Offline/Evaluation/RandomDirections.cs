using Recs.Matching.Bandits;

namespace Recs.Offline.Evaluation;

/// <summary>Draws unit vectors.</summary>
static class RandomDirections
{
    /// <summary>Unit vectors, uniform on the sphere, shape [count][dimensions].</summary>
    public static double[][] Uniform(int count, int dimensions, SeededRandom chance) =>
        [.. Enumerable.Range(0, count).Select(_ => Around(new double[dimensions], 1, chance))];

    /// <summary>The unit vector of center + spread·N(0, I), same shape as <paramref name="center"/>.</summary>
    public static double[] Around(double[] center, double spread, SeededRandom chance)
    {
        var vector = new double[center.Length];
        for (var d = 0; d < vector.Length; d++)
        {
            vector[d] = center[d] + (spread * chance.NextNormal());
        }

        var scale = 1 / Math.Sqrt(LinUcb.Dot(vector, vector));
        for (var d = 0; d < vector.Length; d++)
        {
            vector[d] *= scale;
        }

        return vector;
    }
}
