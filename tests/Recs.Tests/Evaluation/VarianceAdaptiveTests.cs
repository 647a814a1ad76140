using Recs.Cli.Evaluate;
using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Policies;
using Xunit;

namespace Recs.Tests.Evaluation;

/// <summary>var-ts where arms differ in how much their rewards vary, as watch time does.</summary>
public sealed class VarianceAdaptiveTests
{
    const int Rounds = 4000;
    const int Runs = 20;

    // Rewards are mean ± deviation: the best arm is a wild one among steady ones that are nearly as good.
    static readonly (double Mean, double Deviation)[] Arms =
    [
        (0.50, 0.30), (0.46, 0.02), (0.46, 0.02), (0.46, 0.02), (0.46, 0.02), (0.45, 0.02), (0.45, 0.02), (0.45, 0.02), (0.44, 0.02), (0.44, 0.02),
    ];

    [Fact]
    public void It_regrets_far_less_than_a_variance_that_is_the_same_for_all_arms()
    {
        // The variance that is right on average, and the one that is right for the wildest arm.
        var average = Arms.Average(arm => arm.Deviation * arm.Deviation);
        var widest = Arms.Max(arm => arm.Deviation * arm.Deviation);
        var adaptive = Regret(Policy(PolicyKind.VarTs));

        foreach (var fixedVariance in new[] { average, widest })
        {
            var regret = Regret(() => new FixedVariance(fixedVariance));
            Assert.True(adaptive < 0.7 * regret, $"{adaptive:F1} against {regret:F1} with variance {fixedVariance:F3}");
        }

        var beta = Regret(Policy(PolicyKind.BetaTs));
        Assert.True(adaptive < 0.5 * beta, $"{adaptive:F1} against {beta:F1} of beta-ts");
    }

    [Fact]
    public void It_evaluates_on_a_matrix_of_real_rewards_and_on_a_classification()
    {
        var folder = Directory.CreateTempSubdirectory("recs-var-ts-").FullName;
        try
        {
            var matrix = Path.Combine(folder, "matrix.csv");
            File.WriteAllLines(matrix, Enumerable.Range(0, 12).SelectMany(user => Enumerable.Range(0, 6).Select(item => $"u{user},{item},{(user * 7 + item * item) % 11}")).Prepend("user,item,reward"));
            var classes = Path.Combine(folder, "classes.csv");
            File.WriteAllLines(classes, Enumerable.Range(0, 40).Select(row => $"{row % 5},{row % 3},{(row % 3 == 0 ? "a" : "b")}").Prepend("x,y,label"));

            foreach (var table in new[] { $"--matrix {matrix} --context-items 2", $"--classification {classes} --label label" })
            {
                string[] arguments = ["regret", .. table.Split(' '), .. "--rounds 100 --seeds 2 --tune-seeds 3-4 --clusters 2 --k 1 --policies var-ts,var-ts:width=1 --json".Split(' ')];
                Assert.Equal(0, EvaluateCommand.Create().Parse(arguments).Invoke());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Func<IBanditPolicy> Policy(PolicyKind kind) =>
        () => PolicyFactory.Create(new PolicySettings(kind) { Exploration = 1 }, new PolicyShape(Arms.Length, 1, 1, []));

    /// <summary>Mean regret of a run; each run has its own rewards, the same for every policy.</summary>
    static double Regret(Func<IBanditPolicy> create)
    {
        var context = new BanditContext([1], [0], [1], []);
        int[] all = [.. Enumerable.Range(0, Arms.Length)];
        var best = Arms.Max(arm => arm.Mean);
        var regret = 0.0;
        for (var run = 0; run < Runs; run++)
        {
            var policy = create();
            var (chance, rewards) = (SeededRandom.Of(run, 1), SeededRandom.Of(run, 2));
            for (var round = 1; round <= Rounds; round++)
            {
                var decision = policy.Choose(context, all, round, chance);
                var (mean, deviation) = Arms[decision.Arm];
                policy.Count(decision);
                policy.Settle(decision);
                policy.Reward(decision, mean + (rewards.NextDouble() < 0.5 ? deviation : -deviation));
                regret += best - mean;
            }
        }

        return regret / Runs;
    }

    /// <summary>Gaussian Thompson sampling that takes every arm's rewards to vary alike: N((1 + Σx)/(2 + n), σ²/(2 + n)).</summary>
    sealed class FixedVariance(double variance) : IBanditPolicy
    {
        readonly double[] _counts = new double[Arms.Length];
        readonly double[] _sums = new double[Arms.Length];

        public Decision Choose(BanditContext context, ReadOnlySpan<int> arms, int round, SeededRandom chance)
        {
            var (best, most) = (0, double.NegativeInfinity);
            foreach (var arm in arms)
            {
                var weight = 2 + _counts[arm];
                var drawn = ((1 + _sums[arm]) / weight) + (Math.Sqrt(variance / weight) * chance.NextNormal());
                (best, most) = drawn > most ? (arm, drawn) : (best, most);
            }

            return new(context, best, 0);
        }

        public void Count(in Decision decision) => _counts[decision.Arm]++;

        public void Settle(in Decision decision)
        {
            // Counted at once.
        }

        public void Reward(in Decision decision, double reward) => _sums[decision.Arm] += reward;
    }
}
