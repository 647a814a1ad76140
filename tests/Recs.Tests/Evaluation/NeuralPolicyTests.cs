using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Regrets;
using Recs.Offline.Evaluation.Tables;
using Xunit;

namespace Recs.Tests.Evaluation;

/// <summary>Policies with a network on a table that no line can tell apart.</summary>
public sealed class NeuralPolicyTests
{
    const int Rows = 2000;

    static readonly PolicyKind[] Kinds =
    [
        PolicyKind.NeuSquareCb, PolicyKind.NeuFastCb, PolicyKind.CappedIgw, PolicyKind.NeuralUcb, PolicyKind.NeuralTs,
        PolicyKind.NeuralLinear, PolicyKind.CnUcb, PolicyKind.CnTs,
    ];

    [Fact]
    public void Every_neural_policy_beats_the_linear_one_where_nothing_is_linear()
    {
        var outcomes = Run([PolicyKind.LinUcb, .. Kinds]);

        for (var i = 0; i < Kinds.Length; i++)
        {
            Assert.True(outcomes[i + 1] < 0.7 * outcomes[0], $"{Kinds[i]}: {outcomes[i + 1]}, lin-ucb {outcomes[0]}");
        }
    }

    [Theory]
    [InlineData(PolicyKind.SquareCb)]
    [InlineData(PolicyKind.FastCb)]
    public void Gap_weighting_over_regressions_beats_chance(PolicyKind kind)
    {
        var outcomes = Run([PolicyKind.Uniform, kind], isLinear: true);

        Assert.True(outcomes[1] < 0.6 * outcomes[0], $"{outcomes[1]} against {outcomes[0]}");
    }

    [Fact]
    public void A_seed_repeats_a_run() => Assert.Equal(Run([PolicyKind.NeuFastCb]), Run([PolicyKind.NeuFastCb]));

    [Fact]
    public void Every_policy_of_the_contract_is_known()
    {
        const string Names = "uniform,popular,epsilon-greedy,ucb1,beta-ts,lin-ucb,lin-ts,diag-ucb,diag-ts,hier-ucb,hier-ts,"
            + "hier-lin-ucb,squarecb,fastcb,neu-square-cb,neu-fast-cb,neural-ucb,neural-ts,neural-linear,capped-igw,cn-ucb,cn-ts,var-ts";

        var specifications = PolicySpecification.ParseList(Names, RegretSettings.Default);

        Assert.Equal(23, specifications.Select(specification => specification.Settings.Kind).Distinct().Count());
        Assert.All(specifications, specification => Assert.NotEmpty(RegretSettings.Grid(specification.Settings)));
    }

    static double[] Run(PolicyKind[] kinds, bool isLinear = false)
    {
        var chance = SeededRandom.Of(1, 2);
        var features = new double[Rows][];
        var rewards = new double[Rows * 2];
        for (var row = 0; row < Rows; row++)
        {
            features[row] = [chance.NextNormal(), chance.NextNormal()];
            var right = isLinear ? features[row][0] > 0 : features[row][0] > 0 ^ features[row][1] > 0;
            rewards[(2 * row) + (right ? 1 : 0)] = 1;
        }

        var table = new RewardTable("exclusive", features, rewards, ["a", "b"], []);
        var experiment = new RegretExperiment(table, new RegretOptions { Rounds = 3000, Parallelism = 2 });
        return [.. experiment.Run([.. kinds.Select(kind => new RegretArm(RegretSettings.Default(kind), Clustering.Default))], new SeedRange(1, 1))
            .Select(outcome => outcome[0].Regret)];
    }
}
