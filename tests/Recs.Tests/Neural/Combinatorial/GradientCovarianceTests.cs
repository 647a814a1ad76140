using Recs.Matching.Numerics;
using Recs.Neural.Combinatorial;
using Xunit;

namespace Recs.Tests.Neural.Combinatorial;

public sealed class GradientCovarianceTests
{
    const int Dimensions = 5;
    const int Width = 7;
    const int Arms = 6;
    const int SlateSize = 3;
    const int Rounds = 60;
    const float Ridge = 0.5f;

    [Fact]
    public void Woodbury_gives_the_widths_of_a_dense_inverse()
    {
        using var covariance = new WoodburyCovariance((Dimensions * Width) + Width, Arms, SlateSize, Ridge, 2);
        Assert.True(LargestError(covariance) < 2e-4);
    }

    [Fact]
    public void Gram_gives_the_widths_of_a_dense_inverse()
    {
        using var covariance = new GramCovariance(Dimensions, Width, Arms, Rounds * SlateSize, Ridge);
        Assert.True(LargestError(covariance) < 2e-4);
    }

    [Fact]
    public void Diagonal_gives_the_widths_of_the_inverse_of_the_diagonal()
    {
        using var covariance = new DiagonalCovariance(Dimensions, Width, Ridge);
        Assert.True(LargestError(covariance, diagonal: true) < 1e-4);
    }

    [Fact]
    public void The_diagonal_alone_does_not_give_the_full_widths()
    {
        using var covariance = new DiagonalCovariance(Dimensions, Width, Ridge);
        Assert.True(LargestError(covariance) > 1e-2);
    }

    [Fact]
    public void Gram_refuses_more_than_its_capacity()
    {
        using var covariance = new GramCovariance(Dimensions, Width, Arms, 64, Ridge);
        var gradients = new ArmGradients(Arms, Dimensions, Width);
        covariance.Measure(gradients, new float[Arms]);
        for (var i = 0; i < 64; i++)
        {
            covariance.Add([0]);
        }

        Assert.Throws<InvalidOperationException>(() => covariance.Add([0]));
    }

    // Largest relative difference to widths from a dense solve in double precision.
    static double LargestError(IGradientCovariance covariance, bool diagonal = false)
    {
        var rng = new Rng(3);
        var gradients = new ArmGradients(Arms, Dimensions, Width);
        var full = new double[gradients.Length, gradients.Length];
        for (var i = 0; i < gradients.Length; i++)
        {
            full[i, i] = Ridge;
        }

        var widths = new float[Arms];
        var gradient = new float[gradients.Length];
        var largest = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            Draw(gradients, ref rng);
            covariance.Measure(gradients, widths);
            for (var arm = 0; arm < Arms; arm++)
            {
                gradients.Write(arm, gradient);
                var expected = QuadraticForm(full, gradient);
                largest = Math.Max(largest, Math.Abs(widths[arm] - expected) / expected);
            }

            int[] played = [round % Arms, (round + 1) % Arms, (round + 3) % Arms];
            covariance.Add(played);
            foreach (var arm in played)
            {
                gradients.Write(arm, gradient);
                for (var i = 0; i < gradient.Length; i++)
                {
                    for (var j = 0; j < gradient.Length; j++)
                    {
                        full[i, j] += diagonal && i != j ? 0 : gradient[i] * (double)gradient[j];
                    }
                }
            }
        }

        return largest;
    }

    static void Draw(ArmGradients gradients, ref Rng rng)
    {
        for (var arm = 0; arm < Arms; arm++)
        {
            foreach (ref var value in gradients.Inputs.Row(arm))
            {
                value = (float)rng.NextGaussian();
            }

            for (var unit = 0; unit < Width; unit++)
            {
                var active = unit == 0 || rng.NextDouble() < 0.5;
                gradients.Gates[arm, unit] = active ? 0.4f * (float)rng.NextGaussian() : 0;
                gradients.Hidden[arm, unit] = active ? 0.4f * rng.NextSingle() : 0;
            }
        }
    }

    // gᵀ A⁻¹ g by Gaussian elimination.
    static double QuadraticForm(double[,] matrix, float[] vector)
    {
        var work = (double[,])matrix.Clone();
        var solution = Array.ConvertAll(vector, value => (double)value);
        var size = vector.Length;
        for (var pivot = 0; pivot < size; pivot++)
        {
            for (var row = pivot + 1; row < size; row++)
            {
                var factor = work[row, pivot] / work[pivot, pivot];
                for (var column = pivot; column < size && factor is not 0; column++)
                {
                    work[row, column] -= factor * work[pivot, column];
                }

                solution[row] -= factor * solution[pivot];
            }
        }

        var sum = 0.0;
        for (var row = 0; row < size; row++)
        {
            sum += solution[row] * solution[row] / work[row, row];
        }

        return sum;
    }
}
