using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using Recs.Matching.Contexts;
using Recs.Matching.Numerics;
using Xunit;

namespace Recs.Tests.Contexts;

public sealed class FoldInTests
{
    const int Items = 60;

    [Fact]
    public void D_steps_solve_the_system_as_a_dense_solver_does() =>
        Gen.Select(Gen.Int[1, 24], Gen.Int[1, 20], Gen.ULong).Sample((dims, seen, seed) =>
        {
            var rng = new Rng(seed);
            var (vectors, gram) = Catalogue(dims, ref rng);
            var rows = Enumerable.Range(0, seen).Select(i => i * 3 % Items).ToArray();
            var confidences = rows.Select(row => 1 + (row % 5 * 0.5f)).ToArray();
            var solution = new float[dims];
            ImplicitSystem.Solve(gram, vectors, rows, confidences, 0.5f, dims + 4, solution, new float[3 * dims]);
            var expected = Dense(vectors, rows, confidences, 0.5, dims);
            for (var d = 0; d < dims; d++)
            {
                Assert.Equal(expected[d], solution[d], 2e-3);
            }
        });

    [Fact]
    public void A_good_first_guess_stays()
    {
        var rng = new Rng(3);
        var (vectors, gram) = Catalogue(8, ref rng);
        int[] rows = [4, 9];
        float[] confidences = [3, 2];
        var once = new float[8];
        ImplicitSystem.Solve(gram, vectors, rows, confidences, 0.5f, 16, once, new float[24]);
        var twice = once.ToArray();
        ImplicitSystem.Solve(gram, vectors, rows, confidences, 0.5f, 3, twice, new float[24]);
        for (var d = 0; d < 8; d++)
        {
            Assert.Equal(once[d], twice[d], 1e-4f);
        }
    }

    [Fact]
    public void A_viewer_is_nearer_to_what_they_liked_than_to_the_rest()
    {
        var rng = new Rng(5);
        var (vectors, gram) = Catalogue(16, ref rng);
        var viewer = new float[16];
        Assert.True(Fold(gram, vectors, [7], [1], viewer));
        Assert.Equal(1, Length(viewer), 1e-5);
        var best = Enumerable.Range(0, Items).MaxBy(item => Dot(vectors.AsSpan(item * 16, 16), viewer) / Length(vectors.AsSpan(item * 16, 16)));
        Assert.Equal(7, best);
    }

    [Fact]
    public void A_viewer_without_liked_items_is_cold()
    {
        var rng = new Rng(5);
        var (vectors, gram) = Catalogue(16, ref rng);
        var viewer = Enumerable.Repeat(1f, 16).ToArray();
        Assert.False(Fold(gram, vectors, [7, 8], [0, 0], viewer));
        Assert.All(viewer, part => Assert.Equal(0, part));
        Assert.False(Fold(gram, vectors, [], [], viewer));
        Assert.False(Fold(gram, vectors, [Items, -1], [1, 1], viewer));
        Assert.False(Fold(new float[256], new float[Items * 16], [7], [1], viewer));
    }

    [Fact]
    public void A_warm_fold_allocates_nothing()
    {
        var rng = new Rng(5);
        var (vectors, gram) = Catalogue(16, ref rng);
        var options = new FoldInOptions();
        var viewer = new float[16];
        var weights = new float[2];
        var kept = new int[2];
        var scratch = new float[48];
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            FoldIn.TryFold(gram, vectors, [3, 9], [1, 0.5f], options, weights, kept, scratch, viewer);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static bool Fold(float[] gram, float[] vectors, int[] rows, float[] rewards, float[] viewer) =>
        FoldIn.TryFold(
            gram, vectors, rows, rewards, new(), new float[rows.Length], new int[rows.Length],
            new float[3 * viewer.Length], viewer);

    static (float[] Vectors, float[] Gram) Catalogue(int dims, ref Rng rng)
    {
        var vectors = new float[Items * dims];
        foreach (ref var part in vectors.AsSpan())
        {
            part = (float)rng.NextGaussian() * 0.3f;
        }

        var gram = Matrix<float>.Build.DenseOfRowMajor(Items, dims, vectors);
        return (vectors, gram.TransposeThisAndMultiply(gram).ToRowMajorArray());
    }

    static Vector<double> Dense(float[] vectors, int[] rows, float[] confidences, double ridge, int dims)
    {
        var all = Matrix<double>.Build.DenseOfRowMajor(Items, dims, vectors.Select(part => (double)part));
        var system = all.TransposeThisAndMultiply(all) + (ridge * Matrix<double>.Build.DenseIdentity(dims));
        var right = Vector<double>.Build.Dense(dims);
        foreach (var (row, confidence) in rows.Zip(confidences))
        {
            var vector = all.Row(row);
            system += (confidence - 1) * vector.OuterProduct(vector);
            right += confidence * vector;
        }

        return system.Solve(right);
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    static double Length(ReadOnlySpan<float> a) => Math.Sqrt(Dot(a, a));
}
