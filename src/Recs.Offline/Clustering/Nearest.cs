using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Recs.Offline.Clustering;

/// <summary>Which centroid each point is nearest to, by inner product.</summary>
public static class Nearest
{
    /// <summary>Points a thread takes at once; a multiple of the six that a tile holds.</summary>
    const int BlockRows = 768;

    /// <summary>Assigns every point.</summary>
    /// <param name="points">Shape [n x D], row-major.</param>
    /// <param name="centroids">C ≥ 1 packed centroids of the same D.</param>
    /// <param name="clusters">Receives the index of the nearest, shape [n]; ties by the lower index.</param>
    /// <param name="similarities">Receives ⟨point, centroid⟩, shape [n].</param>
    /// <param name="work">Threads and cancellation.</param>
    /// <remarks>n·C·D multiply-adds.</remarks>
    public static void Assign(
        float[] points, Panels centroids, int[] clusters, float[] similarities, ParallelOptions work)
    {
        var count = clusters.Length;
        Parallel.For(0, (count + BlockRows - 1) / BlockRows, work, block =>
        {
            var first = block * BlockRows;
            var end = Math.Min(count, first + BlockRows);
            AssignBlock(points, centroids, clusters.AsSpan(first..end), similarities.AsSpan(first..end), first);
        });
    }

    static void AssignBlock(
        ReadOnlySpan<float> points, Panels centroids, Span<int> clusters, Span<float> similarities, int first)
    {
        var dims = centroids.Dims;
        var padded = new float[DotTile.Rows * dims];
        for (var row = 0; row < clusters.Length; row += DotTile.Rows)
        {
            var count = Math.Min(DotTile.Rows, clusters.Length - row);
            var six = points.Slice((first + row) * dims, count * dims);
            if (count < DotTile.Rows)
            {
                six.CopyTo(padded);
                six = padded;
            }

            AssignSix(six, centroids, clusters.Slice(row, count), similarities.Slice(row, count));
        }
    }

    [SkipLocalsInit]
    static void AssignSix(ReadOnlySpan<float> six, Panels centroids, Span<int> clusters, Span<float> similarities)
    {
        const int Size = DotTile.Rows * Panels.Width;
        Span<float> products = stackalloc float[Size];
        Span<float> best = stackalloc float[Size];
        Span<int> panels = stackalloc int[Size];
        best.Fill(float.NegativeInfinity);
        panels.Clear();
        var last = centroids.PanelCount - 1;
        for (var panel = 0; panel <= last; panel++)
        {
            DotTile.Multiply(six, centroids.Panel(panel), products, Panels.Width);
            if (panel == last && centroids.Count % Panels.Width != 0)
            {
                MaskEmptyLanes(products, centroids.Count % Panels.Width);
            }

            KeepBetter(products, panel, best, panels);
        }

        for (var row = 0; row < clusters.Length; row++)
        {
            (clusters[row], similarities[row]) = Best(
                best.Slice(row * Panels.Width, Panels.Width), panels.Slice(row * Panels.Width, Panels.Width));
        }
    }

    static void KeepBetter(ReadOnlySpan<float> products, int panel, Span<float> best, Span<int> panels)
    {
        var number = Vector256.Create(panel);
        ref var value = ref MemoryMarshal.GetReference(products);
        ref var top = ref MemoryMarshal.GetReference(best);
        ref var where = ref MemoryMarshal.GetReference(panels);
        for (nuint i = 0; i < DotTile.Rows * Panels.Width; i += 8)
        {
            var now = Vector256.LoadUnsafe(ref value, i);
            var was = Vector256.LoadUnsafe(ref top, i);
            var better = Vector256.GreaterThan(now, was);
            Vector256.ConditionalSelect(better, now, was).StoreUnsafe(ref top, i);
            Vector256.ConditionalSelect(better.AsInt32(), number, Vector256.LoadUnsafe(ref where, i)).StoreUnsafe(ref where, i);
        }
    }

    static void MaskEmptyLanes(Span<float> products, int filled)
    {
        for (var row = 0; row < DotTile.Rows; row++)
        {
            products.Slice(row * Panels.Width, Panels.Width)[filled..].Fill(float.NegativeInfinity);
        }
    }

    /// <summary>The best of sixteen lanes, the lower cluster index where they tie.</summary>
    static (int Cluster, float Similarity) Best(ReadOnlySpan<float> best, ReadOnlySpan<int> panels)
    {
        var (cluster, similarity) = (panels[0] * Panels.Width, best[0]);
        for (var lane = 1; lane < best.Length; lane++)
        {
            var candidate = (panels[lane] * Panels.Width) + lane;
            if (best[lane] > similarity || (best[lane] == similarity && candidate < cluster))
            {
                (cluster, similarity) = (candidate, best[lane]);
            }
        }

        return (cluster, similarity);
    }
}
