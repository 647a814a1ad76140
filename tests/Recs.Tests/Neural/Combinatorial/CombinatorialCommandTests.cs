using System.Text.Json;
using Recs.Tests.Cli;
using Xunit;

namespace Recs.Tests.Neural.Combinatorial;

public sealed class CombinatorialCommandTests
{
    [Fact]
    public async Task A_short_run_writes_its_figures_and_its_plot()
    {
        var folder = Directory.CreateTempSubdirectory("recs-cnb");
        try
        {
            var json = Path.Combine(folder.FullName, "cnb.json");
            var plot = Path.Combine(folder.FullName, "cnb.png");
            Assert.Equal(0, await ExitCode(
                $"evaluate cnb --setting h2 --dims 5 --rounds 20 --simulations 2 --policies cn-ts,lin-ucb --diagonal --json {json} --plot {plot}"));
            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
            var policies = report.RootElement.GetProperty("policies");
            Assert.Equal(2, policies.GetArrayLength());
            Assert.Equal("cn-ts", policies[0].GetProperty("policy").GetString());
            Assert.True(policies[0].GetProperty("mean").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, policies[0].GetProperty("distance").ValueKind);
            Assert.Equal(0x89, (await File.ReadAllBytesAsync(plot, TestContext.Current.CancellationToken))[0]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--setting h4")]
    [InlineData("--policies greedy")]
    [InlineData("--policies ,")]
    [InlineData("--rounds 0")]
    [InlineData("--diagonal --inverse")]
    [InlineData("--json /no/such/folder/x.json")]
    public async Task What_cannot_be_run_ends_with_code_2(string options) =>
        Assert.Equal(2, await ExitCode("evaluate cnb " + options));

    static async Task<int> ExitCode(string line)
    {
        using var server = new FakeServer();
        return (await ToolRun.Of(server, line.Split(' '))).ExitCode;
    }
}
