using Recs.Matching.Numerics;
using Recs.Neural.Networks;
using Recs.Neural.Online;

using Xunit;

namespace Recs.Tests.Neural.Online;

public sealed class RowStepTests
{
    const int Width = 32;

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdaGrad)]
    [InlineData(OptimizerKind.Adam)]
    public void Steps_are_those_of_the_formula_and_what_is_behind_them_stays(OptimizerKind optimizer)
    {
        var options = new OnlineOptions { RowOptimizer = optimizer, RowRate = 0.05f, RowFloor = 0.1f };
        var length = Width + RowStep.StateLength(optimizer, Width);
        var (row, rng, gradient) = (new float[length + 2], new Rng(3), new float[Width]);
        row[^2] = row[^1] = 7;
        var (value, first, second) = (new double[Width], new double[Width], new double[Width]);
        for (var step = 1; step <= 20; step++)
        {
            for (var at = 0; at < Width; at++)
            {
                gradient[at] = (float)rng.NextGaussian();
                var g = 0.5 * gradient[at];
                value[at] -= optimizer switch
                {
                    OptimizerKind.Sgd => 0.05 * g,
                    OptimizerKind.AdaGrad => 0.05 * g / Math.Sqrt(0.1 + (second[at] += g * g)),
                    _ => 0.05 * Math.Sqrt(1 - Math.Pow(0.999, step)) / (1 - Math.Pow(0.9, step))
                        * (first[at] = (0.9 * first[at]) + (0.1 * g))
                        / Math.Sqrt((0.1 * 0.1) + (second[at] = (0.999 * second[at]) + (0.001 * g * g))),
                };
            }

            RowStep.Apply(row, gradient, 0.5f, options);
        }

        for (var at = 0; at < Width; at++)
        {
            Assert.Equal(value[at], row[at], 1e-5);
        }

        Assert.Equal([7, 7], row[^2..]);
    }
}
