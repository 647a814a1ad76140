using Recs.Cli.Evaluate;
using Recs.Offline.Evaluation;
using Recs.Offline.Evaluation.OffPolicy;
using Xunit;

namespace Recs.Tests.Evaluation.OffPolicy;

/// <summary>What the readers of logs and targets accept and refuse; every file is written here.</summary>
public sealed class BanditLogFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-ope-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_log_has_actions_positions_propensities_and_features()
    {
        var (log, kept) = BanditLogFile.Read(Write("x_age,action,position,reward,propensity,note\n1,10,2,1,0.5,a\n3,9,1,0,0.25,b\n"));

        Assert.Equal(["9", "10"], log.Actions);
        Assert.Equal([1, 0], log.Shown);
        Assert.Equal([1, 0], log.Positions);
        Assert.Equal([0.5, 0.25], log.Propensities);
        Assert.Equal([-1, 1], log.Features.Select(row => Math.Round(row[0], 9)));
        Assert.Equal([0, 1], kept);
    }

    [Fact]
    public void Rows_that_say_too_little_are_dropped_and_counted()
    {
        var log = BanditLogFile.Read(Write("action,reward,propensity\na,1,0.5\na,,0.5\nb,0,\nb,1,0\nb,1,-0.1\nb,0,0.5\n")).Log;

        Assert.Equal(2, log.RowCount);
        Assert.Equal(4, log.Dropped.Sum(drop => drop.Count));
        Assert.Equal(3, log.Dropped.Count);
    }

    [Theory]
    [InlineData("action,reward\na,1\n", "no column 'propensity'")]
    [InlineData("reward,propensity\n1,1\n", "no column 'action'")]
    [InlineData("action,reward,propensity\na,1,1.5\n", ":2: the propensity 1.5 is above 1")]
    [InlineData("action,reward,propensity\na,1,0.5\na,much,0.5\n", ":3: 'much' is not a reward")]
    [InlineData("action,reward,propensity\na,Infinity,0.5\n", ":2: 'Infinity' is not a reward")]
    [InlineData("action,reward,propensity\n,1,0.5\n", ":2: a row needs an action")]
    [InlineData("action,reward,propensity\na,1\n", ":2: expected 3 columns, found 2")]
    [InlineData("action,reward,propensity\na,,0.5\n", "none of the 1 rows")]
    public void What_cannot_be_meant_is_refused_with_its_line(string text, string expected)
    {
        var fault = Assert.Throws<EvaluationException>(() => BanditLogFile.Read(Write(text)));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_may_name_actions_that_the_log_never_shows()
    {
        var (log, kept) = BanditLogFile.Read(Write("action,reward,propensity\na,1,0.5\nb,,1\nb,0,0.5\n"));
        var (target, wider) = TargetPolicyFile.Read(Write("pi_a,pi_c,pi_b\n0.5,0.25,0.25\n0,0,1\n0,1,0\n", "pi.csv"), log, kept);

        Assert.Equal(["a", "b", "c"], wider.Actions);
        Assert.Equal([0.5, 0.25, 0.25], target.Of(0).ToArray());
        Assert.Equal([0, 0, 1], target.Of(1).ToArray());
        var overlap = Overlap.Of(wider, target, WeightedFeedback.Of(wider, target, CrossFitting.Constant(wider, 0).Values));
        Assert.Equal(0.625, overlap.UnsupportedMass, 1e-12);
    }

    [Theory]
    [InlineData("pi_a,pi_b\n0.5,0.5\n", "one is needed for every row")]
    [InlineData("pi_a,pi_b\n0.5,0.5\n0.5,0.6\n", "row 2 are not a distribution")]
    [InlineData("pi_a,pi_b\n0.5,0.5\n1.5,-0.5\n", "row 2 are not a distribution")]
    [InlineData("pi_a,pi_b\n0.5,0.5\n0.5,x\n", ":3: no probability for 'b'")]
    [InlineData("a,b\n0.5,0.5\n0.5,0.5\n", "no columns such as 'pi_a'")]
    public void A_target_that_is_no_distribution_is_refused(string text, string expected)
    {
        var (log, kept) = BanditLogFile.Read(Write("action,reward,propensity\na,1,0.5\nb,0,0.5\n"));

        var fault = Assert.Throws<EvaluationException>(() => TargetPolicyFile.Read(Write(text, "pi.csv"), log, kept));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ope")]
    [InlineData("ope", "--log", "no-such.csv")]
    [InlineData("ope", "--log", "no-such.csv", "--target", "uniform")]
    [InlineData("ope", "--log", "LOG", "--target", "nobody")]
    [InlineData("ope", "--log", "LOG", "--target", "always:z")]
    [InlineData("ope", "--log", "LOG", "--target", "uniform", "--format", "xml")]
    [InlineData("ope", "--log", "LOG", "--target", "uniform", "--confidence", "2")]
    [InlineData("ope", "--log", "LOG", "--target", "uniform", "--parameters", "ips=1")]
    [InlineData("ope", "--data", "no-such-folder", "--behavior", "bts", "--target", "random")]
    [InlineData("replay")]
    [InlineData("replay", "--log", "LOG")]
    public void Wrong_arguments_end_with_exit_code_2(params string[] arguments)
    {
        var log = Write("action,reward,propensity\na,1,0.7\nb,0,0.5\na,1,0.7\nb,0,0.5\na,1,0.7\nb,0,0.5\n");

        Assert.Equal(2, EvaluateCommand.Create().Parse([.. arguments.Select(argument => argument == "LOG" ? log : argument)]).Invoke());
    }

    [Fact]
    public void The_document_for_machines_has_the_fields_of_the_contract()
    {
        var rows = string.Concat(Enumerable.Range(0, 900).Select(i => $"{(i % 2 == 0 ? "a" : "b")},{(i % 3 == 0 ? 1 : 0)},0.5\n"));
        var json = Path.Combine(_folder, "ope.json");

        Assert.Equal(0, EvaluateCommand.Create().Parse(
            ["ope", "--log", Write("action,reward,propensity\n" + rows), "--target", "uniform", "--json", json, "--plot", json + ".png"]).Invoke());

        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllText(json));
        var names = document.RootElement.GetProperty("estimates").EnumerateArray().Select(estimate => estimate.GetProperty("name").GetString()).ToArray();
        foreach (var name in (string[])["DM", "IPS", "clipped IPS", "SNIPS", "DR", "SNDR", "SWITCH-DR"])
        {
            Assert.Contains(name, names);
        }

        var first = document.RootElement.GetProperty("estimates")[1];
        Assert.True(first.GetProperty("low").GetDouble() <= first.GetProperty("value").GetDouble());
        Assert.True(first.GetProperty("high").GetDouble() >= first.GetProperty("value").GetDouble());
        Assert.Equal(900, document.RootElement.GetProperty("effectiveSampleSize").GetDouble(), 1e-9);
        Assert.Equal(1, document.RootElement.GetProperty("largestWeight").GetDouble(), 1e-9);
        Assert.Equal("trust", document.RootElement.GetProperty("verdict").GetString());
        Assert.NotEmpty(document.RootElement.GetProperty("reasons").EnumerateArray());
        Assert.True(new FileInfo(json + ".png").Length > 1000);
    }

    string Write(string text, string name = "log.csv")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
