using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Neural.Combinatorial;

/// <summary>Products of matrices that fit the second-level cache, by blocks of 4 rows and 24 columns held in registers.</summary>
/// <remarks>Every number of the result is one chain of fused multiply-adds in the order of the inner index.</remarks>
static class MatrixProduct
{
    const int BlockRows = 4;
    const int BlockColumns = 3 * Matrix.Lanes;

    /// <summary><paramref name="result"/> = keep · <paramref name="result"/> + scale · left · right.</summary>
    /// <param name="left">Shape [rows, inner].</param>
    /// <param name="right">Shape [inner, columns]; the columns are a multiple of 8.</param>
    /// <param name="result">Shape [rows, columns]; does not overlap the others.</param>
    /// <param name="scale">Factor of the product.</param>
    /// <param name="keep">Factor of what the result held; with 0 it must still be finite.</param>
    public static void Multiply(MatrixView left, MatrixView right, MatrixView result, float scale = 1, float keep = 0)
    {
        Debug.Assert(right.Columns % Matrix.Lanes == 0, "rows are padded to whole vectors");
        var row = 0;
        for (; row + BlockRows <= left.Rows; row += BlockRows)
        {
            var column = 0;
            ref var rows = ref Unsafe.Add(ref left.Start, (nint)row * left.Stride);
            ref var to = ref Unsafe.Add(ref result.Start, (nint)row * result.Stride);
            for (; column + BlockColumns <= right.Columns; column += BlockColumns)
            {
                Block(ref rows, left.Stride, ref Unsafe.Add(ref right.Start, column), right.Stride,
                    ref Unsafe.Add(ref to, column), result.Stride, left.Columns, scale, keep);
            }

            for (; column < right.Columns; column += Matrix.Lanes)
            {
                Strip(ref rows, left.Stride, ref Unsafe.Add(ref right.Start, column), right.Stride,
                    ref Unsafe.Add(ref to, column), result.Stride, left.Columns, scale, keep);
            }
        }

        for (; row < left.Rows; row++)
        {
            ref var one = ref Unsafe.Add(ref left.Start, (nint)row * left.Stride);
            ref var to = ref Unsafe.Add(ref result.Start, (nint)row * result.Stride);
            for (var column = 0; column < right.Columns; column += Matrix.Lanes)
            {
                Row(ref one, ref Unsafe.Add(ref right.Start, column), right.Stride,
                    ref Unsafe.Add(ref to, column), left.Columns, scale, keep);
            }
        }
    }

    static void Block(
        ref float left, int leftStride, ref float right, int rightStride, ref float result, int resultStride, int inner, float scale, float keep)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<float> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        ref var second = ref Unsafe.Add(ref left, (nint)leftStride);
        ref var third = ref Unsafe.Add(ref left, 2 * (nint)leftStride);
        ref var fourth = ref Unsafe.Add(ref left, 3 * (nint)leftStride);
        ref var from = ref right;
        for (nint k = 0; k < inner; k++)
        {
            var x0 = Vector256.LoadUnsafe(ref from);
            var x1 = Vector256.LoadUnsafe(ref from, 8);
            var x2 = Vector256.LoadUnsafe(ref from, 16);
            from = ref Unsafe.Add(ref from, rightStride);
            var factor = Vector256.Create(Unsafe.Add(ref left, k));
            a0 = Vector256.FusedMultiplyAdd(factor, x0, a0);
            a1 = Vector256.FusedMultiplyAdd(factor, x1, a1);
            a2 = Vector256.FusedMultiplyAdd(factor, x2, a2);
            factor = Vector256.Create(Unsafe.Add(ref second, k));
            b0 = Vector256.FusedMultiplyAdd(factor, x0, b0);
            b1 = Vector256.FusedMultiplyAdd(factor, x1, b1);
            b2 = Vector256.FusedMultiplyAdd(factor, x2, b2);
            factor = Vector256.Create(Unsafe.Add(ref third, k));
            c0 = Vector256.FusedMultiplyAdd(factor, x0, c0);
            c1 = Vector256.FusedMultiplyAdd(factor, x1, c1);
            c2 = Vector256.FusedMultiplyAdd(factor, x2, c2);
            factor = Vector256.Create(Unsafe.Add(ref fourth, k));
            d0 = Vector256.FusedMultiplyAdd(factor, x0, d0);
            d1 = Vector256.FusedMultiplyAdd(factor, x1, d1);
            d2 = Vector256.FusedMultiplyAdd(factor, x2, d2);
        }

        Store(ref result, scale, keep, a0, a1, a2);
        Store(ref Unsafe.Add(ref result, (nint)resultStride), scale, keep, b0, b1, b2);
        Store(ref Unsafe.Add(ref result, 2 * (nint)resultStride), scale, keep, c0, c1, c2);
        Store(ref Unsafe.Add(ref result, 3 * (nint)resultStride), scale, keep, d0, d1, d2);
    }

    static void Strip(
        ref float left, int leftStride, ref float right, int rightStride, ref float result, int resultStride, int inner, float scale, float keep)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        ref var second = ref Unsafe.Add(ref left, (nint)leftStride);
        ref var third = ref Unsafe.Add(ref left, 2 * (nint)leftStride);
        ref var fourth = ref Unsafe.Add(ref left, 3 * (nint)leftStride);
        for (nint k = 0; k < inner; k++)
        {
            var x = Vector256.LoadUnsafe(ref Unsafe.Add(ref right, k * rightStride));
            a = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref left, k)), x, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref second, k)), x, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref third, k)), x, c);
            d = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref fourth, k)), x, d);
        }

        Store(ref result, scale, keep, a);
        Store(ref Unsafe.Add(ref result, (nint)resultStride), scale, keep, b);
        Store(ref Unsafe.Add(ref result, 2 * (nint)resultStride), scale, keep, c);
        Store(ref Unsafe.Add(ref result, 3 * (nint)resultStride), scale, keep, d);
    }

    static void Row(ref float left, ref float right, int rightStride, ref float result, int inner, float scale, float keep)
    {
        Vector256<float> sum = default;
        for (nint k = 0; k < inner; k++)
        {
            sum = Vector256.FusedMultiplyAdd(
                Vector256.Create(Unsafe.Add(ref left, k)), Vector256.LoadUnsafe(ref Unsafe.Add(ref right, k * rightStride)), sum);
        }

        Store(ref result, scale, keep, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(ref float to, float scale, float keep, Vector256<float> x, Vector256<float> y, Vector256<float> z)
    {
        Store(ref to, scale, keep, x);
        Store(ref Unsafe.Add(ref to, 8), scale, keep, y);
        Store(ref Unsafe.Add(ref to, 16), scale, keep, z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(ref float to, float scale, float keep, Vector256<float> x) =>
        ((Vector256.LoadUnsafe(ref to) * keep) + (x * scale)).StoreUnsafe(ref to);
}
