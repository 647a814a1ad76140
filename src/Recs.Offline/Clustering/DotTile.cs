using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Recs.Offline.Clustering;

/// <summary>Inner products of six vectors with one panel of sixteen: twelve accumulators of eight lanes stay in registers.</summary>
static class DotTile
{
    /// <summary>Vectors that are multiplied with a panel at once.</summary>
    public const int Rows = 6;

    /// <summary>Computes 6 x 16 inner products.</summary>
    /// <param name="rows">Six vectors, shape [6 x D], row-major.</param>
    /// <param name="panel">Shape [D x 16].</param>
    /// <param name="products">Receives row r at r·stride, sixteen each.</param>
    /// <param name="stride">Distance between the rows of the result.</param>
    /// <remarks>96·D multiply-adds, no allocation. 6 x 16 fills the sixteen registers of AVX2 and NEON pairs alike.</remarks>
    [SkipLocalsInit]
    public static void Multiply(ReadOnlySpan<float> rows, ReadOnlySpan<float> panel, Span<float> products, int stride)
    {
        var dims = panel.Length / Panels.Width;
        Debug.Assert(rows.Length == Rows * dims, "six vectors");
        Debug.Assert(products.Length >= ((Rows - 1) * stride) + Panels.Width, "room for six rows");
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var y = ref MemoryMarshal.GetReference(panel);
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        Vector256<float> d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (var d = 0; d < dims; d++)
        {
            var low = Vector256.LoadUnsafe(ref y, (nuint)(d * Panels.Width));
            var high = Vector256.LoadUnsafe(ref y, (nuint)((d * Panels.Width) + 8));
            var value = Vector256.Create(Unsafe.Add(ref x, d));
            a0 = Vector256.MultiplyAddEstimate(value, low, a0);
            a1 = Vector256.MultiplyAddEstimate(value, high, a1);
            value = Vector256.Create(Unsafe.Add(ref x, dims + d));
            b0 = Vector256.MultiplyAddEstimate(value, low, b0);
            b1 = Vector256.MultiplyAddEstimate(value, high, b1);
            value = Vector256.Create(Unsafe.Add(ref x, (2 * dims) + d));
            c0 = Vector256.MultiplyAddEstimate(value, low, c0);
            c1 = Vector256.MultiplyAddEstimate(value, high, c1);
            value = Vector256.Create(Unsafe.Add(ref x, (3 * dims) + d));
            d0 = Vector256.MultiplyAddEstimate(value, low, d0);
            d1 = Vector256.MultiplyAddEstimate(value, high, d1);
            value = Vector256.Create(Unsafe.Add(ref x, (4 * dims) + d));
            e0 = Vector256.MultiplyAddEstimate(value, low, e0);
            e1 = Vector256.MultiplyAddEstimate(value, high, e1);
            value = Vector256.Create(Unsafe.Add(ref x, (5 * dims) + d));
            f0 = Vector256.MultiplyAddEstimate(value, low, f0);
            f1 = Vector256.MultiplyAddEstimate(value, high, f1);
        }

        ref var to = ref MemoryMarshal.GetReference(products);
        Store(a0, a1, ref to);
        Store(b0, b1, ref Unsafe.Add(ref to, stride));
        Store(c0, c1, ref Unsafe.Add(ref to, 2 * stride));
        Store(d0, d1, ref Unsafe.Add(ref to, 3 * stride));
        Store(e0, e1, ref Unsafe.Add(ref to, 4 * stride));
        Store(f0, f1, ref Unsafe.Add(ref to, 5 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector256<float> low, Vector256<float> high, ref float to)
    {
        low.StoreUnsafe(ref to);
        high.StoreUnsafe(ref to, 8);
    }
}
