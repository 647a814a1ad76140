namespace Recs.Offline.Evaluation.Regrets;

/// <summary>Seeded k-means over contexts, for the policies that learn per cluster.</summary>
/// <remarks>Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007); O(iterations · rows · clusters · D).</remarks>
static class ContextClusters
{
    const int IterationsMax = 30;
    const int SampleMax = 4096;

    /// <summary>Centroids of the rows, or of a seeded sample of them when there are many.</summary>
    /// <param name="rows">Shape [rows][D].</param>
    /// <param name="clusterCount">C ≥ 1; fewer come back when there are fewer distinct rows.</param>
    /// <param name="chance">Decides sample and seeds.</param>
    public static double[][] Fit(double[][] rows, int clusterCount, SeededRandom chance)
    {
        var order = Enumerable.Range(0, rows.Length).ToArray();
        chance.Shuffle(order);
        var sample = order.Take(SampleMax).Select(row => rows[row]).ToArray();
        var centroids = Seeds(sample, clusterCount, chance);
        var assigned = new int[sample.Length];
        for (var iteration = 0; iteration < IterationsMax; iteration++)
        {
            var moved = Assign(sample, centroids, assigned);
            if (!moved && iteration > 0)
            {
                break;
            }

            Recentre(sample, centroids, assigned);
        }

        return centroids;
    }

    static double[][] Seeds(double[][] sample, int clusterCount, SeededRandom chance)
    {
        var seeds = new List<double[]> { (double[])sample[chance.NextIndex(sample.Length)].Clone() };
        var distances = new double[sample.Length];
        Array.Fill(distances, double.PositiveInfinity);
        while (seeds.Count < clusterCount)
        {
            var total = 0.0;
            for (var row = 0; row < sample.Length; row++)
            {
                distances[row] = Math.Min(distances[row], Distance(sample[row], seeds[^1]));
                total += distances[row];
            }

            if (total <= 0)
            {
                break;
            }

            var target = chance.NextDouble() * total;
            var chosen = 0;
            while (chosen < sample.Length - 1 && (target -= distances[chosen]) > 0)
            {
                chosen++;
            }

            seeds.Add((double[])sample[chosen].Clone());
        }

        return [.. seeds];
    }

    static bool Assign(double[][] sample, double[][] centroids, int[] assigned)
    {
        var moved = false;
        for (var row = 0; row < sample.Length; row++)
        {
            var best = 0;
            var bestDistance = double.PositiveInfinity;
            for (var c = 0; c < centroids.Length; c++)
            {
                var distance = Distance(sample[row], centroids[c]);
                (best, bestDistance) = distance < bestDistance ? (c, distance) : (best, bestDistance);
            }

            moved |= assigned[row] != best;
            assigned[row] = best;
        }

        return moved;
    }

    static void Recentre(double[][] sample, double[][] centroids, int[] assigned)
    {
        for (var c = 0; c < centroids.Length; c++)
        {
            var members = Array.FindAll(Enumerable.Range(0, sample.Length).ToArray(), row => assigned[row] == c);
            for (var d = 0; members.Length > 0 && d < centroids[c].Length; d++)
            {
                centroids[c][d] = members.Average(row => sample[row][d]);
            }
        }
    }

    static double Distance(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var d = 0; d < left.Length; d++)
        {
            sum += (left[d] - right[d]) * (left[d] - right[d]);
        }

        return sum;
    }
}
