using Recs.Matching.Bandits;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.Policies;
using Recs.Offline.Evaluation.Worlds;
using Xunit;

namespace Recs.Tests.Evaluation;

public sealed class PolicySpecificationTests
{
    [Fact]
    public void A_name_may_carry_settings()
    {
        var policies = PolicySpecification.ParseList(
            "ucb1, diag-ucb:k=1:alpha=0.3:unexplored=finite:normalise=true", WorldSettings.Default);

        Assert.Equal(PolicyKind.Ucb1, policies[0].Settings.Kind);
        Assert.False(policies[0].FixesExploration);
        Assert.Null(policies[0].Clusters);
        Assert.Equal(1, policies[1].Clusters);
        Assert.True(policies[1].FixesExploration);
        Assert.Equal("alpha=0.3 norm finite", policies[1].Settings.Describe());
    }

    [Theory]
    [InlineData("neu-fast-cb:hidden=5000", "'5000' in 'neu-fast-cb:hidden=5000' is more than 1024")]
    [InlineData("Ucb1", "unknown policy 'Ucb1'")]
    [InlineData("ucb1:alpha=minus", "'minus'")]
    [InlineData("ucb1:beta=1", "'beta'")]
    [InlineData("diag-ucb:unexplored=maybe", "neither finite nor inf")]
    [InlineData("hier-ucb:k=99", "more than 16")]
    [InlineData(" , ", "no policy is named")]
    public void What_is_not_known_is_refused_in_one_line(string text, string expected)
    {
        var fault = Assert.Throws<EvaluationException>(() => PolicySpecification.ParseList(text, WorldSettings.Default));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("1-40", 1, 40)]
    [InlineData("7", 1, 7)]
    public void Seeds_are_a_range_or_a_number_of_seeds(string text, int first, int last) =>
        Assert.Equal(new SeedRange(first, last), SeedRange.Parse(text, "--seeds", count => new(1, count)));

    [Theory]
    [InlineData("40-1")]
    [InlineData("0")]
    [InlineData("a-b")]
    [InlineData("-3")]
    [InlineData("1-99999")]
    public void Other_seeds_are_refused(string text) =>
        Assert.Throws<EvaluationException>(() => SeedRange.Parse(text, "--seeds", count => new(1, count)));
}
