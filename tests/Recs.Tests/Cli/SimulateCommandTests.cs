using System.Globalization;
using System.Text.Json;
using Recs.Client.Simulation;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class SimulateCommandTests : IDisposable
{
    readonly string _json = Path.GetTempFileName();

    public void Dispose() => File.Delete(_json);

    [Fact]
    public async Task Reward_is_compared_with_uniform_and_oracle()
    {
        var audience = new SimulatedAudience(3);
        using var server = new FakeServer
        {
            // A server that knows the truth: its reward must be the oracle's.
            Score = (request, item) => audience.Probability(int.Parse(request.UserId!.Split('-')[^1], CultureInfo.InvariantCulture), item),
        };
        var run = await ToolRun.Of(
            server, "simulate", "--viewers", "20", "--events", "800", "--seed", "3", "--items", "200", "--control-share", "0.5", "--json", _json);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var result = JsonDocument.Parse(File.ReadAllText(_json));
        var arms = result.RootElement.GetProperty("arms").EnumerateArray()
            .ToDictionary(arm => arm.GetProperty("name").GetString()!, arm => arm.GetProperty("rewardPerThousand").GetDouble(), StringComparer.Ordinal);
        Assert.Equal(arms["oracle"], arms["test-policy"]);
        Assert.True(arms["uniform"] < arms["oracle"] / 2);
        Assert.Equal(server.Events.Count, result.RootElement.GetProperty("events").GetInt32());
        Assert.InRange(server.Events.Count, 800, 1000);
        Assert.Contains(server.Requests, request => request.Policy is "uniform");
        Assert.Equal(200, server.Items.Count);
    }

    [Fact]
    public async Task Items_are_published_while_the_play_runs()
    {
        using var server = new FakeServer();
        var run = await ToolRun.Of(
            server, "simulate", "--events", "1500", "--items", "100", "--fresh-share", "0.25", "--json", _json);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(25, server.Items.Keys.Count(id => id.StartsWith("fresh-1-", StringComparison.Ordinal)));
        using var result = JsonDocument.Parse(File.ReadAllText(_json));
        Assert.Equal(25, result.RootElement.GetProperty("fresh").GetProperty("published").GetInt32());
        Assert.InRange(result.RootElement.GetProperty("fresh").GetProperty("impressions").GetInt32(), 1, 100_000);
    }

    [Fact]
    public async Task A_server_that_recommends_nothing_ends_the_play()
    {
        using var server = new Answering((request, _) => request.Method == HttpMethod.Get
            ? Answering.Json("""{"items":[{"id":"a"}]}""")
            : Answering.Json("""{"decisionId":"d","policy":"p","graph":"1","items":[]}"""));
        var run = await ToolRun.Of(server, "simulate", "--concurrency", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("recommended nothing", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
