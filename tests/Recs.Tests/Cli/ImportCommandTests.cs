using System.Text.Json;
using Xunit;

namespace Recs.Tests.Cli;

public sealed class ImportCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("recs-import").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_is_loaded_with_its_history_and_every_viewers_events_stay_in_order()
    {
        var lines = Enumerable.Range(0, 3000).Select(i => $"u{i % 7},v{i % 5},click,{1_000_000 + i}");
        File.WriteAllText(Path.Combine(_folder, "items.csv"), "id\n" + string.Join('\n', Enumerable.Range(0, 2500).Select(i => $"v{i}")));
        File.WriteAllText(Path.Combine(_folder, "events.csv"), "userId,itemId,type,at\n" + string.Join('\n', lines));
        using var server = new FakeServer();
        var json = Path.Combine(_folder, "result.json");
        var run = await ToolRun.Of(server, "import", "--format", "csv", _folder, "--json", json);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal((2500, 3000), (server.Items.Count, server.Events.Count));
        Assert.All(server.Events.GroupBy(sent => sent.UserId, StringComparer.Ordinal), own => Assert.Equal(own.OrderBy(sent => sent.At), own));
        using var result = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal(2500, result.RootElement.GetProperty("upserted").GetInt32());
        Assert.Equal(3000, result.RootElement.GetProperty("eventsAccepted").GetInt32());
    }

    [Fact]
    public async Task Refused_items_are_counted_by_reason_and_are_no_success()
    {
        var path = Path.Combine(_folder, "items.csv");
        File.WriteAllText(path, "id\nv1\nv2\nv3\n");
        using var server = new FakeServer { Refused = { "v2" } };
        var run = await ToolRun.Of(server, "import", "--format", "csv", path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("refused: 1, such as 'v2': by the test", run.Output, StringComparison.Ordinal);
        Assert.Contains("items upserted   2", run.Output, StringComparison.Ordinal);
        Assert.Contains("refused 1 of 3", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_when_a_later_line_is_bad()
    {
        var path = Path.Combine(_folder, "items.csv");
        File.WriteAllText(path, "id,createdAt\nv1,2026-01-01\nv2,never\n");
        using var server = new FakeServer();
        var run = await ToolRun.Of(server, "import", "--format", "csv", path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("line 3: column createdAt", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(server.Items);
    }
}
