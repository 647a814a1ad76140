using Recs.Cli.Evaluate;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.VowpalWabbit;
using Xunit;

namespace Recs.Tests.Evaluation.VowpalWabbit;

/// <summary>Vowpal Wabbit's published figures on its own logs; where they are absent, a log written here.</summary>
public sealed class VowpalParityTests : IDisposable
{
    // Of its regression tests: dr with -l 0.25, ips and dm with -l 0.125, all with these.
    static readonly VowpalOptions Sequences = new(24, 0.125f, 2, 4);

    readonly string _folder = Directory.CreateTempSubdirectory("recs-vw-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_evaluated_policy_has_the_loss_that_it_prints()
    {
        if (SharedData.Folder("vw-cb") is not { } folder)
        {
            Generated();
            return;
        }

        var (examples, actions) = LoggedExample.Read(Path.Combine(folder, "rcv1_cb_eval"), new());

        Assert.Equal(0.508142, ProgressiveValidation.Evaluate(examples, actions, new()), 5e-7);
    }

    /// <remarks>
    /// One example in a thousand is 0.002. Ties between clamped predictions and the approximate square roots of the original
    /// decide a few of them differently.
    /// </remarks>
    [Theory]
    [InlineData(CostEstimate.DoublyRobust, 0.25f, 0.132504, 0.003)]
    [InlineData(CostEstimate.Ips, 0.125f, 0.168, 0.0021)]
    [InlineData(CostEstimate.DirectMethod, 0.125f, 0.168, 0.0121)]
    public void A_policy_that_learns_has_nearly_the_loss_that_it_prints(CostEstimate estimate, float rate, double expected, double tolerance)
    {
        if (SharedData.Folder("vw-cb") is not { } folder)
        {
            Generated();
            return;
        }

        var options = Sequences with { Rate = rate };
        var (examples, actions) = LoggedExample.Read(Path.Combine(folder, "rcv1_raw_cb_small.vw"), options);

        Assert.Equal(expected, ProgressiveValidation.Learn(examples, actions, estimate, options), tolerance);
    }

    [Theory]
    [InlineData("1:1 | a")]
    [InlineData("1:1:0 | a")]
    [InlineData("1:1:2 | a")]
    [InlineData("0:1:0.5 | a")]
    [InlineData("1:x:0.5 | a")]
    [InlineData("1:1:0.5 a")]
    [InlineData("x 1:1:0.5 | a")]
    [InlineData("")]
    public void What_is_no_example_is_refused_with_its_line(string line)
    {
        var path = Path.Combine(_folder, "log.vw");
        File.WriteAllText(path, line.Length == 0 ? "" : "1:1:0.5 | a\n" + line + "\n");

        var fault = Assert.Throws<EvaluationException>(() => LoggedExample.Read(path, new()));

        Assert.Contains(line.Length == 0 ? "no examples" : ":2:", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, EvaluateCommand.Create().Parse(["vw", "--data", path]).Invoke());
    }

    [Fact]
    public void Sequences_of_two_words_may_leave_words_out()
    {
        // a b c: three words, two neighbours, one pair with a gap.
        Assert.Equal(6, WordSequences.Of([1, 2, 3], 2, 4).Count);
        Assert.Equal(5, WordSequences.Of([1, 2, 3], 2, 0).Count);
        Assert.Equal(3, WordSequences.Of([1, 2, 3], 1, 4).Count);
        Assert.Equal(6, WordSequences.Of([1, 2, 3], 3, 0).Count);
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("hello", 0x248BFA47u)]
    [InlineData("hello, world", 0x149BBB7Fu)]
    public void Words_are_hashed_as_published(string word, uint expected) => Assert.Equal(expected, FeatureHash.Of(word));

    void Generated()
    {
        TestContext.Current.TestOutputHelper!.WriteLine("shared/data/vw-cb is not here: reduced to a log written here.");
        var chance = new Random(1);
        var path = Path.Combine(_folder, "log.vw");
        File.WriteAllLines(path, Enumerable.Range(0, 2000).Select(_ =>
        {
            var (isFirst, action) = (chance.Next(2) == 0, chance.Next(1, 3));
            return $"{action}:{(isFirst == (action == 1) ? 0 : 1)}:0.5 | {(isFirst ? "left" : "right")}";
        }));
        var (examples, actions) = LoggedExample.Read(path, new());

        foreach (var estimate in Enum.GetValues<CostEstimate>())
        {
            Assert.InRange(ProgressiveValidation.Learn(examples, actions, estimate, new()), -0.05, 0.05);
        }
    }
}
