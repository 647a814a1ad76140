using Recs.Cli.Evaluate;
using Xunit;

namespace Recs.Tests.Evaluation;

public sealed class EvaluateCommandTests
{
    [Theory]
    [InlineData("world", "--policies", "squarebc")]
    [InlineData("world", "--h", "2")]
    [InlineData("world", "--feedback", "sometimes")]
    [InlineData("world", "--seeds", "1-3", "--tune-seeds", "2-4")]
    [InlineData("fresh", "--shares", "1.5")]
    [InlineData("fresh", "--alpha", "NaN")]
    [InlineData("sync", "--events", "10")]
    [InlineData("collisions", "--rows", "0")]
    [InlineData("regret")]
    [InlineData("regret", "--matrix", "no-such-file.csv")]
    [InlineData("regret", "--matrix", "no-such-file.csv", "--policies", "neural-ucb:rate=x")]
    [InlineData("regret", "--classification", "no-such-file.csv")]
    public void A_wrong_input_ends_with_exit_code_2(params string[] arguments) =>
        Assert.Equal(2, EvaluateCommand.Create().Parse(arguments).Invoke());

    [Theory]
    [InlineData("fresh", "--seeds", "1-1", "--shares", "0.02")]
    [InlineData("fresh", "--seeds", "1-1", "--shares", "0.02", "--json")]
    [InlineData("sync", "--seeds", "1-1", "--events", "1000", "--intervals", "400")]
    public void A_small_study_ends_with_exit_code_0(params string[] arguments) =>
        Assert.Equal(0, EvaluateCommand.Create().Parse(arguments).Invoke());
}
