using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Regrets;
using Recs.Offline.Evaluation.Tables;
using Xunit;

namespace Recs.Tests.Evaluation;

/// <summary>Regret on a small table that is generated here, not data of anyone.</summary>
public sealed class RegretTests
{
    static readonly RewardTable Table = Generated();
    static readonly SeedRange Seeds = new(1, 3);
    static readonly Clustering Few = new(8, 5, 0.5);

    [Fact]
    public void Every_policy_that_learns_has_less_regret_than_the_uniform_one()
    {
        var policies = PolicyNames.All.Select(name => Settings(name)).ToArray();
        var outcomes = new RegretExperiment(Table, new() { Rounds = 3000 }).Run(policies, Seeds);
        var regrets = outcomes.Select(seeds => seeds.Average(outcome => outcome.Regret)).ToArray();
        var uniform = regrets[Array.FindIndex(policies, policy => policy.Settings.Kind is PolicyKind.Uniform)];

        Assert.All(regrets, regret => Assert.True(regret <= uniform));
        Assert.True(regrets.Count(regret => regret < uniform * 0.95) >= PolicyNames.All.Count - 2);
    }

    [Fact]
    public void A_policy_that_knows_contexts_beats_one_that_does_not_where_contexts_matter()
    {
        var outcomes = new RegretExperiment(Table, new() { Rounds = 3000 })
            .Run([Settings("hier-lin-ucb"), Settings("ucb1")], Seeds);

        Assert.True(outcomes[0].Average(outcome => outcome.Regret) < outcomes[1].Average(outcome => outcome.Regret));
    }

    [Fact]
    public void Figures_follow_from_the_seed_and_not_from_the_number_of_threads()
    {
        RegretArm[] policies = [Settings("hier-ts"), Settings("lin-ts"), Settings("epsilon-greedy")];
        var one = new RegretExperiment(Table, new() { Rounds = 500, Parallelism = 1 }).Run(policies, Seeds);
        var three = new RegretExperiment(Table, new() { Rounds = 500, Parallelism = 3 }).Run(policies, Seeds);

        for (var i = 0; i < policies.Length; i++)
        {
            Assert.Equal(one[i].Select(outcome => outcome.Regret), three[i].Select(outcome => outcome.Regret));
        }
    }

    [Fact]
    public void Without_repeats_showing_everything_to_everyone_leaves_no_regret()
    {
        var options = new RegretOptions { Rounds = Table.RowCount * Table.ArmCount, NoRepeats = true };
        var outcomes = new RegretExperiment(Table, options).Run([Settings("uniform"), Settings("ucb1")], new(1, 1));

        Assert.All(outcomes, seeds => Assert.Equal(0, seeds[0].Regret, 1e-9));
    }

    [Fact]
    public void Without_repeats_more_rounds_than_pairs_are_refused() =>
        Assert.Throws<EvaluationException>(() =>
            new RegretExperiment(Table, new() { Rounds = (Table.RowCount * Table.ArmCount) + 1, NoRepeats = true })
                .Run([Settings("uniform")], new(1, 1)));

    [Fact]
    public void Feedback_that_never_arrives_teaches_nothing()
    {
        var outcomes = new RegretExperiment(Table, new() { Rounds = 2000, Delay = 2000 })
            .Run([Settings("popular"), Settings("uniform")], Seeds);
        var ratio = outcomes[0].Average(outcome => outcome.Regret) / outcomes[1].Average(outcome => outcome.Regret);

        Assert.Equal(1, ratio, 0.1);
    }

    [Fact]
    public void The_interval_is_students()
    {
        var interval = Interval.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

        Assert.Equal(5.5, interval.Mean, 1e-12);
        Assert.Equal(5.5 - (2.262157 * 0.957427), interval.Low, 1e-5);
        Assert.Equal(5.5 + (2.262157 * 0.957427), interval.High, 1e-5);
    }

    static RegretArm Settings(string name) =>
        PolicyNames.TryParse(name, out var kind) ? new(RegretSettings.Default(kind), Few) : throw new ArgumentException(name, nameof(name));

    static RewardTable Generated()
    {
        const int Rows = 80;
        const int Arms = 6;
        var chance = new SeededRandom(11);
        var features = new double[Rows][];
        var rewards = new double[Rows * Arms];
        for (var row = 0; row < Rows; row++)
        {
            features[row] = [chance.NextNormal(), chance.NextNormal()];
            for (var arm = 0; arm < Arms; arm++)
            {
                var angle = 2 * Math.PI * arm / Arms;
                var logit = (2 * ((features[row][0] * Math.Cos(angle)) + (features[row][1] * Math.Sin(angle)))) - 1 + (arm * 0.3);
                rewards[(row * Arms) + arm] = chance.NextDouble() < 1 / (1 + Math.Exp(-logit)) ? 1 : 0;
            }
        }

        return new("generated", features, rewards, [.. Enumerable.Range(0, Arms).Select(arm => $"a{arm}")], []);
    }
}
