using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recs.Neural.Kernels;

/// <summary>C = bias + A·B for few rows of B, kept in registers: 6 rows by 4 vectors of C at a time.</summary>
/// <remarks>Row-major; the strides of B and C are multiples of 16 and their rows aligned. Every element is summed in the order of k.</remarks>
static unsafe class MatrixKernel
{
    const int Lanes = 16;
    const int Rows = 6;
    const int Tall = 8;
    const int Panel = 4 * Lanes;

    /// <summary>Computes C.</summary>
    /// <param name="a">A, shape [rows x depth], stride <paramref name="aStride"/>.</param>
    /// <param name="aStride">Any.</param>
    /// <param name="b">B, shape [depth x columns], stride = columns.</param>
    /// <param name="c">C, shape [rows x columns], stride <paramref name="cStride"/>.</param>
    /// <param name="cStride">A multiple of 16.</param>
    /// <param name="bias">Shape [columns], or null for 0.</param>
    /// <param name="rows">n ≥ 0.</param>
    /// <param name="depth">k ≥ 1.</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="isRectified">Whether negative elements become 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* a, int aStride, float* b, float* c, int cStride, float* bias, int rows, int depth, int columns, bool isRectified)
    {
        var column = 0;
        for (; column + Panel <= columns; column += Panel)
        {
            var row = 0;
            for (; row + Rows <= rows; row += Rows)
            {
                Tile(a + (row * aStride), aStride, b + column, columns, c + (row * cStride) + column, cStride, At(bias, column), depth, isRectified);
            }

            for (; row < rows; row++)
            {
                for (var lane = column; lane < column + Panel; lane += Lanes)
                {
                    Vector(a + (row * aStride), b + lane, columns, c + (row * cStride) + lane, At(bias, lane), depth, isRectified);
                }
            }
        }

        for (; column < columns; column += Lanes)
        {
            var row = 0;
            for (; row + Tall <= rows; row += Tall)
            {
                Column(a + (row * aStride), aStride, b + column, columns, c + (row * cStride) + column, cStride, At(bias, column), depth, isRectified);
            }

            for (; row < rows; row++)
            {
                Vector(a + (row * aStride), b + column, columns, c + (row * cStride) + column, At(bias, column), depth, isRectified);
            }
        }
    }

    static float* At(float* bias, int column) => bias == null ? null : bias + column;

    /// <summary>8 rows by one vector, for what is left of the columns: enough sums to hide the latency of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Column(float* a, int aStride, float* b, int bStride, float* c, int cStride, float* bias, int depth, bool isRectified)
    {
        var start = bias == null ? Vector512<float>.Zero : Vector512.LoadAligned(bias);
        Vector512<float> c0 = start, c1 = start, c2 = start, c3 = start, c4 = start, c5 = start, c6 = start, c7 = start;
        for (var k = 0; k < depth; k++)
        {
            var row = Vector512.LoadAligned(b + (k * bStride));
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k]), row, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + aStride]), row, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + (2 * aStride)]), row, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + (3 * aStride)]), row, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + (4 * aStride)]), row, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + (5 * aStride)]), row, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + (6 * aStride)]), row, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a[k + (7 * aStride)]), row, c7);
        }

        Store(c, c0, isRectified);
        Store(c + cStride, c1, isRectified);
        Store(c + (2 * cStride), c2, isRectified);
        Store(c + (3 * cStride), c3, isRectified);
        Store(c + (4 * cStride), c4, isRectified);
        Store(c + (5 * cStride), c5, isRectified);
        Store(c + (6 * cStride), c6, isRectified);
        Store(c + (7 * cStride), c7, isRectified);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Vector(float* a, float* b, int bStride, float* c, float* bias, int depth, bool isRectified)
    {
        var sum = bias == null ? Vector512<float>.Zero : Vector512.LoadAligned(bias);
        for (var k = 0; k < depth; k++)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a[k]), Vector512.LoadAligned(b + (k * bStride)), sum);
        }

        Store(c, sum, isRectified);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile(float* a, int aStride, float* b, int bStride, float* c, int cStride, float* bias, int depth, bool isRectified)
    {
        var b0 = bias == null ? Vector512<float>.Zero : Vector512.LoadAligned(bias);
        var b1 = bias == null ? Vector512<float>.Zero : Vector512.LoadAligned(bias + Lanes);
        var b2 = bias == null ? Vector512<float>.Zero : Vector512.LoadAligned(bias + (2 * Lanes));
        var b3 = bias == null ? Vector512<float>.Zero : Vector512.LoadAligned(bias + (3 * Lanes));
        Vector512<float> c00 = b0, c01 = b1, c02 = b2, c03 = b3, c10 = b0, c11 = b1, c12 = b2, c13 = b3;
        Vector512<float> c20 = b0, c21 = b1, c22 = b2, c23 = b3, c30 = b0, c31 = b1, c32 = b2, c33 = b3;
        Vector512<float> c40 = b0, c41 = b1, c42 = b2, c43 = b3, c50 = b0, c51 = b1, c52 = b2, c53 = b3;
        for (var k = 0; k < depth; k++)
        {
            b0 = Vector512.LoadAligned(b);
            b1 = Vector512.LoadAligned(b + Lanes);
            b2 = Vector512.LoadAligned(b + (2 * Lanes));
            b3 = Vector512.LoadAligned(b + (3 * Lanes));
            b += bStride;
            Add(a[k], b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
            Add(a[k + aStride], b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
            Add(a[k + (2 * aStride)], b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
            Add(a[k + (3 * aStride)], b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
            Add(a[k + (4 * aStride)], b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43);
            Add(a[k + (5 * aStride)], b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53);
        }

        StoreRow(c, c00, c01, c02, c03, isRectified);
        StoreRow(c + cStride, c10, c11, c12, c13, isRectified);
        StoreRow(c + (2 * cStride), c20, c21, c22, c23, isRectified);
        StoreRow(c + (3 * cStride), c30, c31, c32, c33, isRectified);
        StoreRow(c + (4 * cStride), c40, c41, c42, c43, isRectified);
        StoreRow(c + (5 * cStride), c50, c51, c52, c53, isRectified);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        float a, Vector512<float> b0, Vector512<float> b1, Vector512<float> b2, Vector512<float> b3,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3)
    {
        var value = Vector512.Create(a);
        c0 = Vector512.FusedMultiplyAdd(value, b0, c0);
        c1 = Vector512.FusedMultiplyAdd(value, b1, c1);
        c2 = Vector512.FusedMultiplyAdd(value, b2, c2);
        c3 = Vector512.FusedMultiplyAdd(value, b3, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void StoreRow(
        float* c, Vector512<float> c0, Vector512<float> c1, Vector512<float> c2, Vector512<float> c3, bool isRectified)
    {
        Store(c, c0, isRectified);
        Store(c + Lanes, c1, isRectified);
        Store(c + (2 * Lanes), c2, isRectified);
        Store(c + (3 * Lanes), c3, isRectified);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* at, Vector512<float> value, bool isRectified) =>
        (isRectified ? Vector512.Max(value, Vector512<float>.Zero) : value).StoreAligned(at);
}
