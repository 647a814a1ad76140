using Xunit;

namespace Recs.Tests.Cli;

public sealed class ToolArgumentsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("bench")]
    [InlineData("simulate extra", "extra")]
    [InlineData("simulate --bogus", "--bogus")]
    [InlineData("simulate --viewers abc", "--viewers")]
    [InlineData("simulate --viewers 0", "--viewers")]
    [InlineData("simulate --events -5", "--events")]
    [InlineData("simulate --control-share 1.5", "--control-share")]
    [InlineData("simulate --fresh-share NaN", "--fresh-share")]
    [InlineData("simulate --url localhost", "--url")]
    [InlineData("simulate --url ftp://localhost", "--url")]
    [InlineData("simulate --json /no/such/folder/x.json", "--json")]
    [InlineData("import --format csv", "DIR|FILE")]
    [InlineData("import folder", "--format")]
    [InlineData("import --format parquet folder", "parquet")]
    [InlineData("import --format csv /no/such/file.csv", "/no/such/file.csv")]
    [InlineData("import --format movielens /no/such/folder", "/no/such/folder")]
    [InlineData("import --format csv file.csv --history many", "--history")]
    [InlineData("bench recommend --seconds", "--seconds")]
    [InlineData("bench events --batch 10001", "--batch")]
    [InlineData("bench latency --rate x", "--rate")]
    public async Task Bad_arguments_end_with_code_2_and_one_line_that_says_where(string line, string where = "")
    {
        using var server = new FakeServer();
        var run = await ToolRun.Of(server, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(where, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("simulate")]
    [InlineData("bench events")]
    [InlineData("bench latency")]
    public async Task A_server_that_cannot_be_reached_ends_with_code_2_and_its_address(string line)
    {
        using var nobody = new Answering((_, _) => throw new HttpRequestException("Connection refused"));
        var run = await ToolRun.Of(nobody, [.. line.Split(' '), "--url", "http://nobody:1"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("http://nobody:1", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_in_its_own_words()
    {
        using var server = new Answering((_, _) => Answering.Problem(401, """{"title":"A key is needed","detail":"send one"}"""));
        var run = await ToolRun.Of(server, "simulate");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("401 A key is needed; send one", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_success_and_shows_no_hidden_command()
    {
        using var server = new FakeServer();
        var run = await ToolRun.Of(server, "bench", "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("latency", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("bare-endpoint", run.Output, StringComparison.Ordinal);
    }
}
