using Recs.Matching.Numerics;
using Recs.Neural.Networks;
using Xunit;

namespace Recs.Tests.Neural.Networks;

/// <summary>Forward and backward passes against arithmetic that knows no vectors.</summary>
public sealed class NetworkTests
{
    public static TheoryData<int, int[], int> Shapes => new()
    {
        { 64, [64, 64], 1 },
        { 5, [7], 3 },
        { 17, [100], 1 },
        { 3, [], 2 },
        { 20, [33, 16, 5], 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Going_forward_is_what_the_formula_says(int inputs, int[] hidden, int outputs)
    {
        var shape = new NetworkShape(inputs, hidden, outputs);
        using var network = Drawn(shape, 1);
        using var pass = new NetworkPass(shape);
        var input = Input(inputs, 2);

        var heads = network.Forward(input, pass);

        var expected = Plain(shape, network.Parameters, input);
        for (var head = 0; head < outputs; head++)
        {
            Assert.Equal(expected[head], heads[head], 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_are_those_of_finite_differences(int inputs, int[] hidden, int outputs)
    {
        const float Rate = 1;
        const double Step = 1e-4;
        var shape = new NetworkShape(inputs, hidden, outputs);
        using var network = Drawn(shape, 3);
        using var pass = new NetworkPass(shape);
        var input = Input(inputs, 4);
        var weights = Input(outputs, 5);
        var before = network.Parameters.ToArray();
        using var trainer = new NetworkTrainer(network, new() { Kind = OptimizerKind.Sgd, Rate = Rate, NormMax = 1e6f });
        var inputGradient = new float[inputs];

        network.Forward(input, pass);
        Assert.Equal(StepOutcome.Applied, trainer.Step(pass, weights, inputGradient));

        var after = network.Parameters.ToArray();
        var rng = new Rng(6);
        for (var trial = 0; trial < 60; trial++)
        {
            var at = Place(shape, ref rng);
            var expected = (Score(shape, Moved(before, at, Step), input, weights) - Score(shape, Moved(before, at, -Step), input, weights)) / (2 * Step);
            Assert.Equal(expected, (before[at] - after[at]) / Rate, 2e-3 * Math.Max(1, Math.Abs(expected)));
        }

        for (var at = 0; at < inputs; at++)
        {
            var expected = (Score(shape, [.. before.Select(p => (double)p)], Moved(input, at, Step), weights)
                - Score(shape, [.. before.Select(p => (double)p)], Moved(input, at, -Step), weights)) / (2 * Step);
            Assert.Equal(expected, inputGradient[at], 2e-3 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.05f)]
    [InlineData(OptimizerKind.AdaGrad, 0.1f)]
    [InlineData(OptimizerKind.Adam, 0.01f)]
    public void Every_optimiser_learns_what_no_line_can_tell(OptimizerKind kind, float rate)
    {
        var shape = new NetworkShape(2, [32]);
        using var network = Drawn(shape, 7);
        using var pass = new NetworkPass(shape);
        using var trainer = new NetworkTrainer(network, new() { Kind = kind, Rate = rate });
        var rng = new Rng(8);
        for (var step = 0; step < 20_000; step++)
        {
            var (x, y) = Exclusive(ref rng);
            trainer.Step(pass, [Losses.CrossEntropy(network.Forward(x, pass)[0], y)]);
        }

        var right = 0;
        for (var trial = 0; trial < 1000; trial++)
        {
            var (x, y) = Exclusive(ref rng);
            right += network.Forward(x, pass)[0] > 0 == y > 0.5 ? 1 : 0;
        }

        Assert.InRange(right, 930, 1000);
    }

    [Fact]
    public void The_same_steps_give_the_same_bits_also_after_a_copy()
    {
        using var straight = new Student();
        using var resumed = new Student();
        straight.Learn(0, 500);
        straight.Learn(500, 1000);
        resumed.Learn(0, 500);
        using var copy = new Student();
        resumed.Network.Parameters.CopyTo(copy.Network.Parameters);
        resumed.Trainer.State.CopyTo(copy.Trainer.State);
        copy.Trainer.Steps = resumed.Trainer.Steps;
        copy.Learn(500, 1000);

        Assert.Equal(straight.Network.Parameters.ToArray(), copy.Network.Parameters.ToArray());
        Assert.Equal(straight.Trainer.State.ToArray(), copy.Trainer.State.ToArray());
    }

    [Fact]
    public void What_is_not_finite_never_enters_a_parameter()
    {
        using var student = new Student();
        student.Learn(0, 100);
        var before = student.Network.Parameters.ToArray();
        foreach (var bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue])
        {
            var inputGradient = new float[8];
            student.Network.Forward([bad, 1, 1, 1, 1, 1, 1, 1], student.Pass);
            Assert.Equal(StepOutcome.Refused, student.Trainer.Step(student.Pass, [1], inputGradient));
            Assert.All(inputGradient, value => Assert.Equal(0, value));
            student.Network.Forward(new float[8], student.Pass);
            Assert.Equal(StepOutcome.Refused, student.Trainer.Step(student.Pass, [bad]));
        }

        Assert.Equal(before, student.Network.Parameters.ToArray());
        Assert.Equal(8, student.Trainer.Refused);
    }

    [Fact]
    public void A_long_gradient_is_scaled_and_counted()
    {
        using var student = new Student(new() { Kind = OptimizerKind.Sgd, Rate = 1, NormMax = 0.5f });
        var before = student.Network.Parameters.ToArray();

        student.Network.Forward([9, 9, 9, 9, 9, 9, 9, 9], student.Pass);
        Assert.Equal(StepOutcome.Clipped, student.Trainer.Step(student.Pass, [1000]));

        var moved = student.Network.Parameters.ToArray().Zip(before, (now, then) => (double)(now - then)).Sum(step => step * step);
        Assert.Equal(0.5, Math.Sqrt(moved), 1e-3);
        Assert.Equal(1, student.Trainer.Clipped);
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        using var student = new Student();
        student.Learn(0, 100);
        var input = new float[8];
        var gradient = new float[8];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++)
        {
            student.Network.Forward(input, student.Pass);
            student.Trainer.Step(student.Pass, [0.5f], gradient);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Negatives_that_were_left_out_are_accounted_for()
    {
        Assert.Equal(0.041095890411, Losses.Served(0.30, 0.1), 1e-11);

        // A head that is right in itself has no gradient on what is left of the negatives: 30 % positives among them.
        var z = (float)Math.Log(0.041095890411 / (1 - 0.041095890411));
        Assert.Equal(0, Losses.CrossEntropy(Losses.Corrected(z, 0.1f), 0.30f), 1e-6);
    }

    internal static float[] Input(int length, ulong seed)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)rng.NextGaussian())];
    }

    internal static Network Drawn(NetworkShape shape, ulong seed)
    {
        var network = new Network(shape);
        network.Initialise(seed);
        var rng = new Rng(~seed);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            foreach (ref var bias in network.Parameters.Slice(shape.BiasAt(layer), shape.Out(layer)))
            {
                bias = 0.1f * (float)rng.NextGaussian();
            }
        }

        return network;
    }

    static (float[] X, float Y) Exclusive(ref Rng rng)
    {
        float[] x = [(2 * rng.NextSingle()) - 1, (2 * rng.NextSingle()) - 1];
        return (x, x[0] > 0 ^ x[1] > 0 ? 1 : 0);
    }

    static int Place(NetworkShape shape, ref Rng rng)
    {
        var layer = rng.NextInt(shape.Layers);
        return shape.WeightsAt(layer) + (rng.NextInt(shape.In(layer) + 1) * shape.Stride(layer)) + rng.NextInt(shape.Out(layer));
    }

    static double[] Moved(float[] values, int at, double step) => [.. values.Select((value, i) => i == at ? value + step : value)];

    static double Score(NetworkShape shape, double[] parameters, IReadOnlyList<float> input, float[] weights) =>
        Score(shape, parameters, [.. input.Select(x => (double)x)], weights);

    static double Score(NetworkShape shape, double[] parameters, double[] input, float[] weights) =>
        Plain(shape, parameters, input).Zip(weights, (head, weight) => head * weight).Sum();

    static double[] Plain(NetworkShape shape, ReadOnlySpan<float> parameters, float[] input) =>
        Plain(shape, [.. parameters.ToArray().Select(p => (double)p)], [.. input.Select(x => (double)x)]);

    static double[] Plain(NetworkShape shape, double[] parameters, double[] input)
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var output = new double[shape.Out(layer)];
            for (var o = 0; o < output.Length; o++)
            {
                output[o] = parameters[shape.BiasAt(layer) + o];
                for (var i = 0; i < input.Length; i++)
                {
                    output[o] += input[i] * parameters[shape.WeightsAt(layer) + (i * shape.Stride(layer)) + o];
                }

                output[o] = layer < shape.Layers - 1 ? Math.Max(0, output[o]) : output[o];
            }

            input = output;
        }

        return input;
    }

    sealed class Student : IDisposable
    {
        static readonly NetworkShape Shape = new(8, [24, 16]);

        public Student(OptimizerOptions? options = null)
        {
            Network = Drawn(Shape, 11);
            Trainer = new(Network, options ?? new() { Kind = OptimizerKind.Adam, Rate = 0.01f });
        }

        public Network Network { get; }

        public NetworkTrainer Trainer { get; }

        public NetworkPass Pass { get; } = new(Shape);

        public void Learn(int from, int to)
        {
            for (var step = from; step < to; step++)
            {
                var x = Input(8, (ulong)step);
                Trainer.Step(Pass, [Losses.Square(Network.Forward(x, Pass)[0], x[0] * x[1])]);
            }
        }

        public void Dispose()
        {
            Trainer.Dispose();
            Network.Dispose();
            Pass.Dispose();
        }
    }
}
